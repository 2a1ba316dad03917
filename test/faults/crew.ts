import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type FrozenTrial, isFinished, type Study } from '@tune/core'
import { expect } from 'vitest'

const worker = fileURLToPath(new URL('crew-worker.ts', import.meta.url))

/** How a crew's objective behaves: see the worker. */
export type Mood = 'steady' | 'odd' | 'signing'

/** Several processes that work on one study, and are started again when they are killed. */
export class Crew implements AsyncDisposable {
  readonly #arguments: (member: number) => readonly string[]
  readonly #members: (ChildProcess | undefined)[]
  readonly #errors: string[] = []
  #kills = 0
  #pauses = 0
  #isOver = false

  constructor(
    size: number,
    url: string,
    study: string,
    budget: number,
    folder: string,
    mood: Mood = 'steady',
  ) {
    this.#arguments = (member) => [url, study, String(budget), `${folder}/${member}.log`, mood]
    this.#members = Array.from({ length: size }, (_, member) => this.#start(member))
  }

  get kills(): number {
    return this.#kills
  }

  /** Whether somebody is still at work. */
  get isBusy(): boolean {
    return this.#members.some((member) => member !== undefined)
  }

  /** What went wrong in processes that ended by themselves. */
  get errors(): readonly string[] {
    return this.#errors
  }

  /** Kills one that works, with SIGKILL; it is started again at once. */
  kill(random: () => number): void {
    const busy = this.#members.filter((member) => member !== undefined)
    const victim = busy[Math.floor(random() * busy.length)]
    if (victim?.kill('SIGKILL') === true) this.#kills++
  }

  /** Stops one that works for a time, as if its machine slept: it cannot know that time went by. */
  async pause(random: () => number, ms: number): Promise<void> {
    const busy = this.#members.filter((member) => member !== undefined)
    const victim = busy[Math.floor(random() * busy.length)]
    if (victim?.kill('SIGSTOP') !== true) return
    await delay(ms)
    victim.kill('SIGCONT')
    this.#pauses++
  }

  get pauses(): number {
    return this.#pauses
  }

  /** Waits until all have ended by themselves. */
  async allEnded(): Promise<void> {
    while (this.isBusy) await delay(20)
  }

  /** Waits until all have ended by themselves, and calls `disturb` each time that so many more trials are complete. */
  async ended(study: Study, every: number, disturb: () => Promise<void> | void): Promise<void> {
    for (let next = every; this.isBusy; await delay(20)) {
      const { complete } = await study.counts()
      if (complete < next || !this.isBusy) continue
      await disturb()
      next = complete + every
    }
  }

  /** Ends those that are still at work: nobody is left behind where a test fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    for (const member of this.#members) member?.kill('SIGKILL')
    await this.allEnded()
  }

  #start(member: number): ChildProcess {
    const child = spawn(process.execPath, [worker, ...this.#arguments(member)], {
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL' && !this.#isOver) this.#members[member] = this.#start(member)
      else {
        this.#members[member] = undefined
        if (code !== 0 && !this.#isOver) this.#errors.push(said)
      }
    })
    return child
  }
}

/** What members of a crew wrote down. */
export async function readLogs(size: number, folder: string) {
  const started: number[] = []
  let members = 0
  const told = new Map<number, string>()
  /** The log of whoever told a trial. */
  const tellers = new Map<number, string>()
  for (let member = 0; member < size; member++) {
    const log = await readFile(`${folder}/${member}.log`, 'utf8').catch(() => '')
    if (log !== '') members++
    for (const line of log.trimEnd().split('\n')) {
      const [what, number, ...rest] = line.split(' ')
      if (what === 'start') started.push(Number(number))
      if (what !== 'told') continue
      told.set(Number(number), rest.join(' '))
      tellers.set(Number(number), `${folder}/${member}.log`)
    }
  }
  return { members, started, told, tellers }
}

/** Asserts that nothing was lost, doubled or evaluated twice, and that the budget was met exactly. */
export function assertSound(
  trials: readonly FrozenTrial[],
  logs: Awaited<ReturnType<typeof readLogs>>,
  budget: number,
  nobodyDied: boolean,
): void {
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i))
  expect(trials.map(({ id }) => id)).toEqual(trials.map(({ id }) => id).toSorted((a, b) => a - b))
  expect(trials.filter(({ state }) => state === 'complete')).toHaveLength(budget)
  expect(trials.filter(({ state }) => state === 'running')).toEqual([])
  const kept = (number: number) => `${trials[number]?.state} ${String(trials[number]?.values)}`
  expect([...logs.told].filter(([number, outcome]) => outcome !== kept(number))).toEqual([])
  // Whoever lives is told that its trial has ended, also where the first answer was lost.
  const complete = trials.filter(({ state }) => state === 'complete').map(({ number }) => number)
  if (nobodyDied) expect(complete.filter((number) => !logs.told.has(number))).toEqual([])
  expect(logs.started.toSorted((a, b) => a - b)).toEqual([...new Set(logs.started)].toSorted((a, b) => a - b))
  for (const { number, state, values, params, intermediateValues } of trials.filter(
    (trial) => isFinished(trial.state) && trial.state === 'complete',
  )) {
    const x = params.get('x')?.internal as number
    expect([number, state, values, [...intermediateValues]]).toEqual([
      number,
      'complete',
      [1000 * x + number],
      [[0, x]],
    ])
  }
}
