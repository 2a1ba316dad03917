import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  type Clock,
  type Duration,
  milliseconds,
  type Runner,
  type RunReference,
  type RunRequest,
  systemClock,
  TuneError,
} from '@tune/core'
import { type CollectOptions, collectorFor } from './collect/collect-options.ts'
import { environmentOf } from './command/environment.ts'
import { filled, shellQuoted, wordsOf } from './command/words.ts'
import { begunIn } from './run/begun.ts'
import { endGroup, hasMembers, killLeftovers } from './run/group.ts'
import { boot, host, identify, isAlive, type ProcessIdentity } from './run/identity.ts'
import { launch } from './run/launch.ts'
import { locationOf } from './run/location.ts'
import { FILES, runFolder } from './run/run-folder.ts'
import { watchRun } from './run/watch-run.ts'

/** What is run for each trial, or for each instance of it, and how. */
export interface ProcessRunnerOptions {
  /**
   * The program and its arguments; or a command line for `/bin/sh`. Names in braces stand for the parameters, and for
   * `{instance}`, `{study}`, `{trial}`, `{slot}` and `{dir}`, the folder of the run; in a command line their values are
   * quoted where they must be.
   */
  readonly command: readonly [string, ...string[]] | string
  /** The metrics that the runs give. */
  readonly metrics: readonly string[]
  /** Where each run has a folder with its parameters and its output. */
  readonly folder: string
  /** How metrics come back. Default: from standard output. */
  readonly collect?: CollectOptions
  /** The folder that the command runs in. Default: that of this process. */
  readonly cwd?: string
  /** What is added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** How long a run has to end by itself when it is stopped, before it is killed. Default: 10 s. */
  readonly grace?: Duration
  /** How often one looks for new output. Default: 200 ms. */
  readonly interval?: Duration
  /** Where time comes from. Default: the system's clock. */
  readonly clock?: Clock
}

/** How to find a run again. */
type Reference = ProcessIdentity & { readonly folder: string }

/** How often one looks whether another process has begun a run, in milliseconds. */
const LOOK_MS = 10
/** After so many milliseconds it will not any more: whoever was about to has died. Should it live, one of both begins. */
const CLAIM_MS = 1000

/**
 * Evaluates trials as processes of this machine. They outlive the tuner: their output and their exit codes go to files,
 * from which any tuner on this machine reads what came out.
 *
 * @throws TuneError INVALID_ARGUMENT: durations or patterns that are none
 */
export function processRunner(options: ProcessRunnerOptions): Runner {
  return new ProcessRunner(options)
}

/** A run that this process started. */
interface Child {
  readonly child: ChildProcess
  /** Its exit code, once nothing of it is left. */
  readonly ended: Promise<number | null>
}

class ProcessRunner implements Runner {
  readonly name = 'process'
  readonly location: string
  readonly #options: ProcessRunnerOptions
  readonly #root: string
  readonly #watching: Parameters<typeof watchRun>[1]
  readonly #graceMs: number
  readonly #clock: Clock
  /** The runs that this process started and whose end nobody has heard yet, by folder. */
  readonly #children = new Map<string, Child>()

  constructor(options: ProcessRunnerOptions) {
    const { collect = {}, metrics, clock = systemClock } = options
    this.#options = options
    this.#clock = clock
    this.#graceMs = milliseconds(options.grace ?? '10 s', 'grace')
    this.#watching = {
      collector: collectorFor(metrics, collect),
      file: collect.file ?? FILES.stdout,
      pollMs: milliseconds(options.interval ?? 200, 'interval'),
      clock,
    }
    this.#root = resolve(options.folder)
    this.location = locationOf(this.#root)
  }

  async start(request: RunRequest, signal: AbortSignal): Promise<RunReference> {
    const folder = runFolder(this.#root, request)
    if (!claim(folder)) return this.#found(folder, request, signal)
    try {
      return await this.#launch(folder, request)
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      throw new TuneError('RUN_FAILED', `the run cannot be started: ${(error as Error).message}`, {}, error)
    }
  }

  watch(reference: RunReference, signal: AbortSignal): ReturnType<typeof watchRun> {
    return this.#watch(this.#here(reference), signal)
  }

  async stop(reference: RunReference): Promise<void> {
    const { folder, ...identity } = this.#here(reference)
    const ours = this.#children.get(folder)
    if (ours !== undefined || isAlive(identity)) {
      markStopped(folder)
      // Its end is waited for, whatever else this process still does.
      ours?.child.ref()
      await endGroup(identity.pid, this.#graceMs, this.#clock)
      await ours?.ended
    }
    this.#children.delete(folder)
    if (identity.boot === boot) killLeftovers(folder)
  }

  /** Runs go on. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async *#watch({ folder, ...identity }: Reference, signal: AbortSignal): ReturnType<typeof watchRun> {
    const ended = this.#children.get(folder)?.ended
    yield* watchRun({ folder, identity, ended }, this.#watching, signal)
    if (!signal.aborted) this.#children.delete(folder)
  }

  async #launch(folder: string, request: RunRequest): Promise<RunReference> {
    const { command, cwd = process.cwd(), env } = this.#options
    writeFileSync(join(folder, FILES.params), `${JSON.stringify(request.params, null, 2)}\n`)
    const words = wordsOf(request, folder)
    const argv =
      typeof command === 'string'
        ? ['/bin/sh', '-c', filled(command, words, shellQuoted)]
        : command.map((word) => filled(word, words))
    const environment = { ...process.env, ...env, ...environmentOf(request, folder) }
    const child = launch({ argv, cwd, env: environment, folder })
    const { pid } = child
    if (pid === undefined) {
      const [error] = (await once(child, 'error')) as [Error]
      throw error
    }
    const identity = identify(pid) ?? { host, boot, pid, start: '' }
    this.#children.set(folder, { child, ended: this.#follow(child, pid) })
    return { ...identity, folder }
  }

  /** The exit code of a run, once nothing of it is left. */
  async #follow(child: ChildProcess, pid: number): Promise<number | null> {
    const [code] = (await once(child, 'exit')) as [number | null]
    // What a command leaves running behind its back belongs to it.
    if (hasMembers(pid)) await endGroup(pid, this.#graceMs, this.#clock)
    return code
  }

  /** The run that somebody else has begun, or is about to. */
  async #found(folder: string, request: RunRequest, signal: AbortSignal): Promise<RunReference> {
    const until = this.#clock.now() + CLAIM_MS
    for (;;) {
      const begun = begunIn(folder)
      if (begun !== undefined) return { ...begun, folder }
      signal.throwIfAborted()
      if (this.#clock.now() >= until) return this.#launch(folder, request)
      await this.#clock.sleep(LOOK_MS, signal)
    }
  }

  /** @throws TuneError INVALID_ARGUMENT: what is stored with the trial is of another runner */
  #here(reference: unknown): Reference {
    const given = reference as Partial<Reference> | null
    if (typeof given?.folder === 'string' && typeof given.pid === 'number') return given as Reference
    throw new TuneError(
      'INVALID_ARGUMENT',
      `run: ${JSON.stringify(reference)} is not what the runner 'process' stored; was the trial begun by another runner?`,
    )
  }
}

/** Leaves a word for whoever reads the end of a run. */
function markStopped(folder: string): void {
  try {
    writeFileSync(join(folder, FILES.stopped), '')
  } catch {
    // The disk may be full, or the folder gone.
  }
}

/** Makes the folder of a run. @returns whether it was not there */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'ENOENT') throw error
    mkdirSync(dirname(folder), { recursive: true })
    return claim(folder)
  }
}
