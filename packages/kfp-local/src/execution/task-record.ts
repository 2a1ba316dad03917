import type { Timestamp } from '@tune/kfp/api'
import type { Io } from './io.ts'

/** A task of a run, as it is kept: one for each iteration of a loop, and one for the loop itself. */
export interface TaskRecord {
  readonly task_id: string
  readonly run_id: string
  readonly parent_task_id?: string
  readonly name: string
  /** The names on the way from the pipeline's root, which no two tasks of a run share: `root.for-loop-1.0.day`. */
  readonly path: string
  readonly type: 'ROOT' | 'RUNTIME' | 'LOOP' | 'DAG' | 'CONDITION'
  /** Which iteration of the loop that is its parent. */
  readonly iteration?: number
  /** `PENDING` while there is no room for its container. */
  readonly state: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'CACHED' | 'SKIPPED' | 'FAILED'
  readonly message?: string
  readonly created_at: Timestamp
  readonly ended_at?: Timestamp
  readonly attempts: number
  readonly inputs: Io
  readonly outputs: Io
}
