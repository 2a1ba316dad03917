/** Thrown by an objective to end its trial as pruned: not worth finishing. */
export class TrialPruned extends Error {
  override readonly name = 'TrialPruned'

  constructor(message = 'the trial was pruned') {
    super(message)
  }
}
