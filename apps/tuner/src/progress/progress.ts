import { type FrozenTrial, type Study, type TrialCounts } from '@tune/core'
import { formatGain, formatValue } from '../text/format.ts'
import type { Fields } from '../text/log.ts'

/** What a display of a running study is told. */
export interface Progress extends Disposable {
  /** How things stand, at the beginning and after each trial. */
  update(state: ProgressState): void
  /** Something that the user should read now. @param fields what a log says besides */
  note(text: string, fields?: Fields): void
}

/** How a study stands. */
export interface ProgressState {
  readonly counts: TrialCounts
  /** The trial that finished last, in this process. */
  readonly last: FrozenTrial | undefined
  /** The best trial, in a study with one direction. */
  readonly best: FrozenTrial | undefined
  /** Value of the parameters in use now, once it is known, in a study with one direction. */
  readonly current: number | undefined
  readonly study: Pick<Study, 'directions' | 'metricNames'>
}

/** Trials that the budget counts. */
export function doneOf({ complete, pruned }: TrialCounts): number {
  return complete + pruned
}

/** The values of a trial: `0.93`, and of several metrics `auc 0.93, size 12`. */
export function valuesText(
  { values }: Pick<FrozenTrial, 'values'>,
  { directions, metricNames }: ProgressState['study'],
): string {
  if (values === null) return ''
  if (directions.length === 1) return values.map(formatValue).join()
  return values.map((value, i) => `${metricNames?.[i] ?? `value ${i}`} ${formatValue(value)}`).join(', ')
}

/** `best 3301.2 (trial 17), +5.03 % over the current parameters`; nothing where several values have no best one. */
export function bestLine({ best, current, study, counts }: ProgressState): string {
  if (study.directions.length > 1) return ''
  const value = best?.values?.[0]
  if (best === undefined || value === undefined)
    return counts.complete === 0 ? 'no complete trial yet' : 'no trial keeps all constraints yet'
  const gain = current === undefined ? '' : `, ${formatGain(value, current)} over the current parameters`
  return `best ${formatValue(value)} (trial ${best.number})${gain}`
}

/** Why a trial failed, on one line. */
export function failureOf({ state, systemAttributes }: FrozenTrial): string {
  const why = systemAttributes['tune:failure']
  return state === 'failed' && typeof why === 'string' ? (why.split('\n')[0] ?? '') : ''
}
