/**
 * Proves that `.ci/run` can fail: plants one fault after the other in a fresh clone of the last commit, and expects
 * the step that is there to find it to turn red because of it. `--only types` plants the faults of one step.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { type Plant, plants } from './plants.ts'

const root = resolve(import.meta.dirname, '../..')
const { values } = parseArgs({ options: { only: { type: 'string' } } })
const clone = mkdtempSync(join(tmpdir(), 'tune-prove-red-'))

try {
  git('clone', '--quiet', root, clone)
  const wanted = plants.filter(({ step }) => values.only === undefined || step === values.only)
  const found = wanted.map((plant) => turnsRed(plant))
  if (found.length === 0 || found.includes(false)) process.exitCode = 1
} finally {
  rmSync(clone, { recursive: true, force: true })
}

function turnsRed({ fault, step, path, code, says }: Plant): boolean {
  mkdirSync(dirname(join(clone, path)), { recursive: true })
  // Appended: a file that exists keeps what others need of it.
  appendFileSync(join(clone, path), code)
  const { status, stdout, stderr } = spawnSync(join(clone, '.ci/run'), ['--only', step], {
    cwd: clone,
    encoding: 'utf8',
  })
  git('-C', clone, 'checkout', '--quiet', '.')
  git('-C', clone, 'clean', '--quiet', '--force', '-d', '--', 'packages', 'apps', 'tooling', 'test')

  const output = stripVTControlCharacters(stdout + stderr)
  const red = status !== 0 && says.test(output)
  console.log(`${red ? 'red' : 'NOT RED'}  ${step}: ${fault}`)
  if (!red) console.error(output)
  return red
}

function git(...arguments_: string[]): void {
  const { status } = spawnSync('git', arguments_, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`git ${arguments_.join(' ')} failed`)
}
