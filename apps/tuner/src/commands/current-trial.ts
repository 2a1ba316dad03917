import { type FrozenTrial, type ParamValue, paramValues, type Study } from '@tune/core'

/** The user attribute of the trial that evaluates the parameters in use now. */
const CURRENT = 'current'

type Params = Readonly<Record<string, ParamValue>>

/** The parameters in use now, as a trial of their own: what every other trial is compared with. */
export class CurrentTrial {
  readonly #study: Study
  readonly #parameters: Params | undefined
  readonly #budget: number
  readonly #isAdopted: boolean
  #value: number | undefined
  #isEnqueued = false

  /**
   * @param parameters those in use; `undefined` where nobody said.
   * @param options.isAdopted whether a trial that a dead process left running is taken over.
   */
  constructor(
    study: Study,
    parameters: Params | undefined,
    { trials, isAdopted }: { readonly trials: number; readonly isAdopted: boolean },
  ) {
    this.#study = study
    this.#parameters = parameters
    this.#budget = trials
    this.#isAdopted = isAdopted
  }

  /** Its value, once it is complete, in a study with one direction. */
  get value(): number | undefined {
    return this.#study.directions.length === 1 ? this.#value : undefined
  }

  /**
   * Enqueues it where the study is new, and once more where it failed, as when the process that ran it was killed. To
   * be called before the first trial and after each; costs nothing once the value is known.
   */
  async ensure(): Promise<void> {
    if (this.#value !== undefined || this.#parameters === undefined) return
    // A trial that is left running is taken over, where trials can be found again, and fails elsewhere.
    if (!this.#isAdopted) await this.#study.reap()
    const trials = await this.#study.trials()
    const mine = trials.filter(isCurrentTrial)
    this.#value = currentValue(mine)
    const isNew = mine.length === 0 && trials.every(({ state }) => state === 'waiting')
    const isWanted = isNew || (mine.length > 0 && mine.every(({ state }) => state === 'failed'))
    if (!isWanted || this.#isEnqueued || trials.filter(takesPlace).length >= this.#budget) return
    this.#isEnqueued = true
    const options = { userAttributes: { [CURRENT]: true }, skipIfExists: true }
    await this.#study.enqueue(this.#parameters, options)
  }
}

/** The parameters that a study knows as those in use. */
export function currentParameters(trials: readonly FrozenTrial[]): Params | undefined {
  const trial = trials.find((it) => isCurrentTrial(it) && it.state === 'complete')
  return trial === undefined ? undefined : paramValues(trial)
}

/** The value of the parameters in use, once it is known, in a study with one direction. */
export function currentValue(trials: readonly FrozenTrial[]): number | undefined {
  return trials.find((it) => isCurrentTrial(it) && it.state === 'complete')?.values?.[0]
}

/** The parameters in use are evaluated to the end: all others are compared with them. */
export function mayPrune(trial: Pick<FrozenTrial, 'userAttributes'>): boolean {
  return !isCurrentTrial(trial)
}

function isCurrentTrial({ userAttributes }: Pick<FrozenTrial, 'userAttributes'>): boolean {
  return userAttributes[CURRENT] === true
}

function takesPlace({ state }: FrozenTrial): boolean {
  return state !== 'failed'
}
