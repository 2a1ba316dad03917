import type { Run, RuntimeState } from '../api/index.ts'
import { SIMULATE_TASK } from '../simulation/shape.ts'

/** How many days of a run are over, where the server says so; tasks with the native API have no such list. */
export function daysOver({ run_details }: Run): number | undefined {
  return run_details?.task_details?.filter(
    ({ display_name = '', state }) =>
      state === 'SUCCEEDED' && new RegExp(`^${SIMULATE_TASK}(-\\d+)?$`).test(display_name),
  ).length
}

/** What changes whenever a run gets on. */
export function signatureOf({ state, run_details, task_count, state_history = [] }: Run): string {
  const nodes = run_details?.task_details?.map((node) => node.state ?? '')
  return JSON.stringify([state, task_count, state_history.length, nodes])
}

/** Whether somebody asked for its end. Such a run mostly ends as `FAILED`: only its past tells. */
export function wasTerminated({ state, state_history = [] }: Run): boolean {
  const ends: readonly (RuntimeState | undefined)[] = ['CANCELING', 'CANCELED']
  return ends.includes(state) || state_history.some((each) => ends.includes(each.state))
}
