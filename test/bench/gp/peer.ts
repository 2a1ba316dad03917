import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Direction, SearchSpace } from '@tune/core'
import { pythonEnvironment } from '../../interop/python-environment.ts'

/** A suggestion of the peer: internal values, and how long it took. */
export interface Asked {
  readonly number: number
  readonly params: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Optuna's GPSampler in a process of its own, one thread as it runs best. */
export class Peer implements AsyncDisposable {
  readonly #process
  readonly #answers: AsyncIterator<string>

  constructor() {
    const python = pythonEnvironment('tune-gp', ['optuna==5.0.0', 'scipy', 'torch', 'greenlet'])
    const script = fileURLToPath(new URL('peer.py', import.meta.url))
    this.#process = spawn(python, [script], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    })
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** Begins a study. */
  async begin(space: SearchSpace, directions: readonly Direction[], seed: number): Promise<void> {
    await this.#call({ do: 'new', space, directions, seed })
  }

  /** Adds complete trials: internal values and losses. */
  async add(
    trials: readonly (readonly [Readonly<Record<string, number>>, readonly number[]])[],
  ): Promise<void> {
    await this.#call({ do: 'add', trials })
  }

  ask(): Promise<Asked> {
    return this.#call({ do: 'ask' })
  }

  async tell(number: number, values: readonly number[]): Promise<void> {
    await this.#call({ do: 'tell', number, values })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end()
    await new Promise((resolve) => this.#process.once('close', resolve))
  }

  async #call<T>(message: Readonly<Record<string, unknown>>): Promise<T> {
    this.#process.stdin.write(`${JSON.stringify(message)}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error('the peer ended: see what it wrote above')
    return JSON.parse(value) as T
  }
}
