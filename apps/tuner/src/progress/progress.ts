import type { FrozenTrial, TrialCounts } from '@tune/core'

/** What a display of a running study is told. */
export interface Progress extends Disposable {
  /** How things stand, at the beginning and after each trial. */
  update(state: ProgressState): void
  /** Something that the user should read now. */
  note(text: string): void
}

/** How a study stands. */
export interface ProgressState {
  readonly counts: TrialCounts
  /** The trial that finished last, in this process. */
  readonly last: FrozenTrial | undefined
  readonly best: FrozenTrial | undefined
  /** Value of the parameters in use now, once it is known. */
  readonly current: number | undefined
}

/** Trials that the budget counts. */
export function doneOf({ complete, pruned }: TrialCounts): number {
  return complete + pruned
}

/** `best 3301.2 (trial 17), +5.03 % over the current parameters` */
export function bestLine(
  { best, current }: ProgressState,
  formatValue: (value: number) => string,
  formatGain: (value: number, reference: number) => string,
): string {
  const value = best?.values?.[0]
  if (best === undefined || value === undefined) return 'no complete trial yet'
  const gain = current === undefined ? '' : `, ${formatGain(value, current)} over the current parameters`
  return `best ${formatValue(value)} (trial ${best.number})${gain}`
}
