/**
 * Where a trial stands.
 *
 * | from      | to                              | by                                       |
 * |-----------|---------------------------------|------------------------------------------|
 * | (nothing) | waiting                         | `study.enqueue`                          |
 * | (nothing) | running                         | `study.ask`, when nothing waits          |
 * | (nothing) | complete, pruned, failed        | `study.add`                              |
 * | waiting   | running                         | `study.ask`                              |
 * | running   | waiting                         | `study.giveBack`, before its evaluation  |
 * | running   | complete, pruned, failed        | `study.tell`, or reaping a dead owner    |
 *
 * The last three are final: a finished trial never changes again.
 */
export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'failed'

/** The states that a trial never leaves. */
export type FinishedState = Extract<TrialState, 'complete' | 'pruned' | 'failed'>

/** Whether a trial in this state never changes again. */
export function isFinished(state: TrialState): state is FinishedState {
  return state === 'complete' || state === 'pruned' || state === 'failed'
}
