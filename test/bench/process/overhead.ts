/**
 * What a trial costs that is a process: `pnpm bench:process`. 200 trials of `true`, 8 in flight, against as many calls of
 * `spawn` alone; our own processor time, that of the children aside. And a run that prints a million lines: what memory
 * it takes. Prints, and does not judge.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createStudy,
  evaluateWith,
  float,
  InMemoryStorage,
  randomSampler,
  type StudyStorage,
} from '@tune/core'
import { processRunner } from '@tune/process'
import { openStorage } from '@tune/storage'

const [TRIALS, IN_FLIGHT, ROUNDS] = [200, 8, 5]
const metrics = { m: { direction: 'minimize' } } as const
const space = { x: float(0, 1) }
const folder = mkdtempSync(join(tmpdir(), 'tune-bench-'))

/** Milliseconds of our own processor time for each of so many. */
async function measured(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / TRIALS
}

async function spawned(): Promise<void> {
  let left = TRIALS
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await once(spawn('true', { stdio: 'ignore', detached: true }), 'exit')
    }),
  )
}

async function tuned(storage: StudyStorage, round: number): Promise<void> {
  await using study = await createStudy({ name: `s${round}`, storage, space, sampler: randomSampler() })
  await using runner = processRunner({ command: ['true'], metrics: ['m'], folder })
  // A trial of `true` has no metric, and fails.
  const options = { parallel: IN_FLIGHT, catch: true, maxConsecutiveFailures: Infinity, maxFailed: TRIALS }
  const run = study.optimize(evaluateWith({ runner, study: 's', metrics }), options)
  await run.catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'TOO_MANY_FAILURES') throw error
  })
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number

try {
  const memory = new InMemoryStorage()
  await using sqlite = await openStorage(`sqlite:${join(folder, 'bench.db')}`)
  const [alone, inMemory, inSqlite]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round <= ROUNDS; round++) {
    const costs = [
      await measured(spawned),
      await measured(() => tuned(memory, round)),
      await measured(() => tuned(sqlite, round)),
    ] as const
    // The first round warms up.
    if (round === 0) continue
    alone.push(costs[0])
    inMemory.push(costs[1])
    inSqlite.push(costs[2])
  }
  const base = median(alone)
  console.log(`spawn alone: ${base.toFixed(2)} ms of processor time`)
  for (const [name, all] of [
    ['in memory', inMemory],
    ['in SQLite', inSqlite],
  ] as const)
    console.log(
      `a trial, study ${name}: ${median(all).toFixed(2)} ms, beyond spawn ${((median(all) - base) / base).toFixed(2)} times what it costs`,
    )

  const script = 'awk \'BEGIN { for (i = 0; i < LINES; i++) print "line " i " of a log"; print "m=7" }\''
  for (const lines of [10_000, 1_000_000]) {
    const command = script.replace('LINES', String(lines))
    await using runner = processRunner({ command, metrics: ['m'], folder })
    await using study = await createStudy({ space, sampler: randomSampler() })
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await study.optimize(evaluateWith({ runner, study: `lines-${lines}`, metrics }), { trials: 1 })
    globalThis.gc?.()
    const grown = (process.memoryUsage().heapUsed - before) / 1e6
    console.log(`a run of ${lines} lines: heap grown by ${grown.toFixed(1)} MB`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
