import { violation } from '../trial/constraints.ts'
import type { FrozenTrial } from '../trial/frozen-trial.ts'
import { type Reports, readReports } from '../trial/reports.ts'
import type { TrialState } from '../trial/trial-state.ts'

/** What a pruner knows of a trial: a few numbers instead of all that storage keeps. Plain data. */
export interface ReportedTrial {
  readonly number: number
  readonly state: TrialState
  /** One final value for each direction; `null` where there are none. */
  readonly values: readonly number[] | null
  /** Whether it breaks no constraint. */
  readonly feasible: boolean
  readonly reports: Reports
}

/** The reports of a trial that runs or has finished. */
export function reportedTrial(trial: FrozenTrial, directions: number): ReportedTrial {
  const { steps, values } = readReports(trial, directions)
  return {
    number: trial.number,
    state: trial.state,
    values: trial.values,
    feasible: violation(trial.systemAttributes) === 0,
    // Copies have no room to grow.
    reports:
      steps.length === 0
        ? nothing(directions)
        : { steps: [...steps], values: values.map((column) => [...column]) },
  }
}

/** A finished trial that reported nothing. */
export function silentTrial(
  number: number,
  state: 'complete' | 'pruned',
  values: readonly number[] | null,
  feasible: boolean,
  directions: number,
): ReportedTrial {
  return { number, state, values, feasible, reports: nothing(directions) }
}

/** Most studies report nothing: their trials share one empty record. */
const nothings: Reports[] = []

function nothing(directions: number): Reports {
  nothings[directions] ??= { steps: [], values: Array.from({ length: directions }, () => []) }
  return nothings[directions]
}
