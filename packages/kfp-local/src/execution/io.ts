import type { JsonValue, RuntimeArtifact } from '@tune/kfp/api'

/** What goes into a task, or comes out of it. */
export interface Io {
  readonly parameters: Readonly<Record<string, JsonValue>>
  readonly artifacts: Readonly<Record<string, readonly RuntimeArtifact[]>>
}

export const NOTHING: Io = { parameters: {}, artifacts: {} }

/** How a task ended. What was never begun, since something before it failed or was skipped, is `OMITTED`. */
export interface Outcome {
  readonly state: 'SUCCEEDED' | 'CACHED' | 'SKIPPED' | 'FAILED' | 'OMITTED'
  readonly outputs: Io
  readonly message?: string
  /** Whether somebody terminated the run before its end. */
  readonly isTerminated?: boolean
}
