/** Runs the steps of continuous integration one after the other, all of them, and reports on each. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Outcome, outcomeOfCheck, outcomeOfTests, readVitestReport } from './outcome.ts'
import { type Step, steps } from './steps.ts'

/** In minutes: a safety net for all steps together. On two idle cores they take a third of it. */
const LIMIT = 80

interface Report extends Outcome {
  readonly step: Step
  readonly seconds: number
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, list: { type: 'boolean', default: false } },
})
if (values.list) console.log(steps.map(({ name }) => name).join('\n'))
else process.exitCode = (await runAll(chosen(values.only))) ? 0 : 1

function chosen(only: string | undefined): readonly Step[] {
  if (only === undefined) return steps
  return only.split(',').map((name) => {
    const step = steps.find((candidate) => candidate.name === name)
    if (step === undefined)
      throw new Error(`no step '${name}': there are ${steps.map((s) => s.name).join(', ')}`)
    return step
  })
}

async function runAll(wanted: readonly Step[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'tune-ci-'))
  const reports: Report[] = []
  const deadline = performance.now() + LIMIT * 60_000
  try {
    for (const step of wanted) {
      console.log(`\n── ${step.name}: ${step.command.join(' ')}`)
      const started = performance.now()
      const limit = Math.min(step.limit * 60_000, deadline - started)
      const outcome = await run(step, join(folder, `${step.name}.json`), limit)
      reports.push({ step, ...outcome, seconds: (performance.now() - started) / 1000 })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const passed = reports.reduce((sum, report) => sum + report.passed, 0)
  const failed = reports.reduce((sum, report) => sum + report.failed, 0)
  console.log(`\n${reports.map(line).join('\n')}\n${passed} passed, ${failed} failed`)
  return passed > 0 && failed === 0
}

async function run({ command, vitest }: Step, path: string, limit: number): Promise<Outcome> {
  const [program, ...arguments_] = command
  const reporters = vitest ? ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`] : []
  const succeeded = await succeeds(program, [...arguments_, ...reporters], limit)
  return vitest ? outcomeOfTests(succeeded, readVitestReport(path)) : outcomeOfCheck(succeeded)
}

function succeeds(program: string, arguments_: readonly string[], limit: number): Promise<boolean> {
  // A process group of its own, so that nothing that the step started outlives its time limit.
  const child = spawn(program, arguments_, { stdio: ['ignore', 'inherit', 'inherit'], detached: true })
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      console.error(`stopped after ${(limit / 60_000).toFixed(1)} minutes`)
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, limit)
    child.once('error', (error) => {
      clearTimeout(timer)
      console.error(String(error))
      resolve(false)
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })
}

function line({ step, passed, failed, failures = [], seconds }: Report): string {
  const counts = step.vitest ? `  ${passed} passed, ${failed} failed` : ''
  const names = failures.map((name) => `\n  ✗ ${name}`).join('')
  return `${step.name.padEnd(10)} ${failed === 0 ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(6)} s${counts}${names}`
}
