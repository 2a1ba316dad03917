import type { Direction } from '../study/direction.ts'
import type { Aggregate } from './aggregate.ts'
import type { Reduction } from './report-summary.ts'

/** How a metric becomes one number for a trial. */
interface Summing {
  /**
   * Where a run names no final value: which of the reported ones it is. Default: `last`. With instances this forms the
   * value of each; without, every report is one of the trial.
   */
  readonly value?: Reduction
  /** How the values of instances become one. Default: `mean`. */
  readonly aggregate?: Aggregate
}

/** What is made of a metric that is a value of the study. */
export interface MetricRule extends Summing {
  readonly direction: Direction
}

/** What a metric must hold for a trial to be feasible. */
export interface ConstraintRule extends Summing {
  /** The largest value that is feasible. Default: none. */
  readonly max?: number
  /** The smallest value that is feasible. Default: none. */
  readonly min?: number
}

/** How the reports of one metric become a value. */
export interface ReportRule {
  /** In which direction it is better. */
  readonly direction: Direction
  readonly value: Reduction
}

/** How far a value is from broken: at most 0 is feasible. */
export function excess(value: number, { max = Infinity, min = -Infinity }: ConstraintRule): number {
  return Math.max(value - max, min - value)
}

/** How the reports of all metrics become values, by name. What a constraint holds down is better where it is small. */
export function reportRules(
  metrics: Readonly<Record<string, MetricRule>>,
  constraints: Readonly<Record<string, ConstraintRule>>,
): Readonly<Record<string, ReportRule>> {
  const rules: Record<string, ReportRule> = {}
  for (const [name, { max, value = 'last' }] of Object.entries(constraints))
    rules[name] = { direction: max === undefined ? 'maximize' : 'minimize', value }
  for (const [name, { direction, value = 'last' }] of Object.entries(metrics))
    rules[name] = { direction, value }
  return rules
}
