import type { Direction } from '../study/direction.ts'
import type { Aggregate } from './aggregate.ts'

/** What is made of a metric that is a value of the study. */
export interface MetricRule {
  readonly direction: Direction
  /** How the values of instances become one. Default: `mean`. */
  readonly aggregate?: Aggregate
}

/** What a metric must hold for a trial to be feasible. */
export interface ConstraintRule {
  /** The largest value that is feasible. Default: none. */
  readonly max?: number
  /** The smallest value that is feasible. Default: none. */
  readonly min?: number
  /** How the values of instances become one. Default: `mean`. */
  readonly aggregate?: Aggregate
}

/** How far a value is from broken: at most 0 is feasible. */
export function excess(value: number, { max = Infinity, min = -Infinity }: ConstraintRule): number {
  return Math.max(value - max, min - value)
}

/** In which direction a constraint is better kept. */
export function saferDirection({ max }: ConstraintRule): Direction {
  return max === undefined ? 'maximize' : 'minimize'
}
