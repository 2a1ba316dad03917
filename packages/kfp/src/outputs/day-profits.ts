import type { JsonValue, Run } from '../api/index.ts'
import { SIMULATE_TASK } from '../simulation/shape.ts'

/** What the simulation of a day made. */
export interface DayProfit {
  readonly day: string
  readonly profit: number
}

/**
 * Where the profits of a run's days can be read, those that are there by now. A caller may bring one of his own: a
 * table or files that the simulations write to. When a day comes more than once, the last one counts.
 */
export interface DaySource {
  read(run: Pick<Run, 'run_id' | 'display_name'>, signal?: AbortSignal): AsyncIterable<DayProfit>
}

/** The profit that a task of the simulation pipeline made; nothing when it is another task, or has not made one. */
export function dayProfit(
  task: string,
  inputs: Readonly<Record<string, JsonValue>>,
  outputs: Readonly<Record<string, JsonValue>>,
): DayProfit | undefined {
  const { day } = inputs
  const { profit } = outputs
  if (task !== SIMULATE_TASK && !task.startsWith(`${SIMULATE_TASK}-`)) return undefined
  return typeof day === 'string' && typeof profit === 'number' ? { day, profit } : undefined
}
