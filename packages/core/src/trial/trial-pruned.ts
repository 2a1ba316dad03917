/** Thrown by an objective to end its trial as pruned: not worth finishing. */
export class TrialPruned extends Error {
  override readonly name = 'TrialPruned'
  /** Why, for people: kept with the trial. */
  readonly reason: string | undefined

  /** @param reason why, such as `trial.pruneReason`; it is kept with the trial. Default: none. */
  constructor(reason?: string) {
    super(reason ?? 'the trial was pruned')
    this.reason = reason
  }
}
