import { isTuneError, type StudyId } from '@tune/core'
import type { Run } from '../api/index.ts'
import type { KfpClient } from '../client/kfp-client.ts'
import { trialOfName } from './run-name.ts'

/** The studies that are watched over, and which of their trials run now, whoever runs them. */
export type RunningTrials = ReadonlyMap<StudyId, () => Promise<ReadonlySet<number>>>

/** Ends runs, and goes on trying where the server does not answer. */
export class RunEnder {
  readonly #client: KfpClient
  readonly #experimentId: string
  /** The names of runs that are to end and did not hear of it. */
  readonly #unheard = new Set<string>()
  /** The studies whose finished trials are to have no runs, and which of their trials are not finished. */
  readonly #studies: RunningTrials

  constructor(client: KfpClient, experimentId: string, studies: RunningTrials) {
    this.#client = client
    this.#experimentId = experimentId
    this.#studies = studies
  }

  /** Whether there are runs that did not hear of their end. */
  get hasUnheard(): boolean {
    return this.#unheard.size > 0
  }

  /** Ends a run, now or as soon as the server answers. One that is over needs no end. */
  async end({ run_id, display_name }: Pick<Run, 'run_id' | 'display_name'>): Promise<void> {
    await this.#try(display_name, () => this.#client.runs.terminate(run_id))
  }

  /** Ends the run of a name, if there is one. */
  async endByName(name: string): Promise<void> {
    await this.#try(name, async () => {
      const run = await this.#client.runs.find(name, this.#experimentId)
      if (run !== undefined) await this.#client.runs.terminate(run.run_id)
    })
  }

  /** Looks at runs that go on and that nobody here watches, and ends those that should not. */
  async look(live: readonly Run[]): Promise<void> {
    const going = live.filter(({ state }) => state !== 'CANCELING')
    const ended = going.filter(({ display_name }) => this.#unheard.has(display_name))
    for (const [study, running] of this.#studies) {
      const ofStudy = going.filter(({ display_name }) => trialOfName(display_name, study) !== undefined)
      if (ofStudy.length === 0) continue
      // Asked for after the runs were seen: a trial that is not among them has finished since.
      const numbers = await running()
      ended.push(...ofStudy.filter((run) => !numbers.has(trialOfName(run.display_name, study) as number)))
    }
    await Promise.all(ended.map((run) => this.end(run)))
  }

  async #try(name: string, end: () => Promise<void>): Promise<void> {
    try {
      await end()
      this.#unheard.delete(name)
    } catch (error) {
      if (!isTuneError(error)) throw error
      if (isTuneError(error, 'KFP_REFUSED', 'KFP_NOT_FOUND', 'KFP_CONFLICT')) this.#unheard.delete(name)
      else this.#unheard.add(name)
    }
  }
}
