import { isTuneError } from '../../errors/tune-error.ts'
import { readAllTrials } from '../../storage/read-all-trials.ts'
import type { Lease, StudyStorage, TrialCursor } from '../../storage/study-storage.ts'
import type { FrozenTrial } from '../../trial/index.ts'
import { createTrial, LONG } from './fixtures.ts'
import type { Step } from './steps.ts'

/** Two clients of one storage with one study, and what they have read and hold. */
export class Side {
  readonly #clients: readonly StudyStorage[]
  readonly #cursors: (TrialCursor | undefined)[] = [undefined, undefined]
  /** Leases by the step that gave them; those of the last steps are not to be used before all of these are done. */
  readonly #given: (readonly [at: number, lease: Lease])[] = []
  #leases: readonly Lease[] = []
  #ids: readonly number[] | undefined
  #studyId = ''

  constructor(clients: readonly StudyStorage[]) {
    this.#clients = clients
  }

  async create(name: string): Promise<void> {
    const [first] = this.#clients as [StudyStorage]
    this.#studyId = (await first.createStudy({ name, directions: ['minimize'] })).id
  }

  /**
   * What a call gives, or the code of its error; trials by number, without what differs between storages.
   *
   * @param at the step's place among all.
   */
  async take(step: Step, at: number): Promise<unknown> {
    try {
      return await this.#call(step, this.#clients[step.client] as StudyStorage, at)
    } catch (error) {
      if (!isTuneError(error)) throw error
      return error.code
    }
  }

  /** Lets the next steps use what the last ones gave. To be called before steps that run at once. */
  async settle(): Promise<void> {
    this.#leases = this.#given.toSorted(([a], [b]) => a - b).map(([, lease]) => lease)
    const trials = await readAllTrials(this.#clients[0] as StudyStorage, this.#studyId)
    this.#ids = trials.map(({ id }) => id)
  }

  async trials(): Promise<unknown> {
    const [, second] = this.#clients as [StudyStorage, StudyStorage]
    return (await readAllTrials(second, this.#studyId)).map(shown)
  }

  async #call(step: Step, storage: StudyStorage, at: number): Promise<unknown> {
    const id = this.#studyId
    switch (step.call) {
      case 'createTrial':
        return shown(await createTrial(storage, id, step.trial))
      case 'startTrial': {
        const leaseMs = step.expired ? 0 : LONG
        const budget = step.budget === undefined ? {} : { budget: step.budget }
        const started = await storage.startTrial(id, { leaseMs, ...budget })
        if (started !== undefined) this.#given.push([at, started.lease])
        return started && shown(started.trial)
      }
      case 'extendTrial':
        return storage.extendTrial(this.#lease(step.trial), step.additions)
      case 'finishTrial': {
        const lease = this.#leases[step.lease]
        const claim = lease ?? { studyId: id, trialId: this.#trialId(step.trial), force: step.force }
        return storage.finishTrial(claim, step.outcome)
      }
      case 'releaseTrial':
        return storage.releaseTrial(this.#lease(step.trial))
      case 'renewLeases': {
        const held = step.leases.flatMap((place) => this.#leases[place] ?? [])
        return (await storage.renewLeases([...new Set(held)], LONG)).map((lease) =>
          this.#leases.indexOf(lease),
        )
      }
      case 'reapTrials':
        return storage.reapTrials(id, {
          systemAttributes: { why: 'lost' },
          requeue: ({ number, params }) => (number % 2 === 0 ? { state: 'waiting', params } : undefined),
        })
      case 'adoptTrials': {
        const adopted = await storage.adoptTrials(id, LONG)
        this.#given.push(...adopted.map(({ lease }) => [at, lease] as const))
        return adopted.map(({ trial }) => shown(trial))
      }
      case 'readOwners':
        return storage.readOwners(id)
      case 'readTrials':
        return this.#news(step.client, storage)
      case 'setStudyAttributes':
        return storage.setStudyAttributes(id, 'user', step.attributes)
      case 'deleteStudy':
        // Not the study itself: a study of another identity is not there.
        return storage.deleteStudy(`not ${id}`)
    }
  }

  /** The finished trials that are new to a client: of the others a storage may give more than what changed. */
  async #news(reader: 0 | 1, storage: StudyStorage): Promise<unknown> {
    const page = await storage.readTrials(this.#studyId, this.#cursors[reader])
    this.#cursors[reader] = page.cursor
    return page.trials.filter(({ completedAt }) => completedAt !== null).map(shown)
  }

  /** One of the leases, valid or not; of a trial that never had one where there are none. */
  #lease(place: number): Lease {
    const lease = this.#leases[place % Math.max(this.#leases.length, 1)]
    return lease ?? { studyId: this.#studyId, trialId: this.#trialId(place), token: 'none' }
  }

  #trialId(place: number): number {
    const ids = this.#ids ?? []
    return ids[place % Math.max(ids.length, 1)] ?? 2 ** 30
  }
}

function shown(trial: FrozenTrial): unknown {
  const { startedAt, completedAt, intermediateValues } = trial
  return {
    ...trial,
    id: undefined,
    startedAt: undefined,
    completedAt: undefined,
    params: [...trial.params],
    intermediateValues: [...intermediateValues].sort(([a], [b]) => a - b),
    times: [startedAt !== null, completedAt !== null],
  }
}
