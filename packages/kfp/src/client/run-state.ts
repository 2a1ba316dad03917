import type { RuntimeState } from '../api/index.ts'

/** States that a run never leaves by itself; a retry starts it again. A run that was terminated ends in one of two. */
const FINAL: ReadonlySet<RuntimeState> = new Set(['SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED'])

/** Whether a run in this state is over. One that has no state has not begun. */
export function isFinal(state: RuntimeState | undefined): boolean {
  return state !== undefined && FINAL.has(state)
}
