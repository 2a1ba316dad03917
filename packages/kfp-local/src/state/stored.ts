import type { DatabaseSync } from 'node:sqlite'
import type { Experiment, Pipeline, PipelineVersion, RecurringRun, Run } from '@tune/kfp/api'
import type { TaskRecord } from '../execution/task-record.ts'
import { Collection } from './collection.ts'
import { Specs } from './specs.ts'

/** A resource whose specification is kept apart, under the name that `spec` says. */
type Apart<T> = Omit<T, 'pipeline_spec'> & { readonly spec: string }

export type StoredRun = Apart<Omit<Run, 'run_details' | 'tasks'>>
export type StoredVersion = Apart<PipelineVersion>
export type StoredRecurringRun = Apart<RecurringRun>

/** All that the server keeps. */
export interface Stored {
  readonly experiments: Collection<Experiment>
  readonly pipelines: Collection<Pipeline>
  readonly versions: Collection<StoredVersion>
  readonly runs: Collection<StoredRun>
  readonly recurringRuns: Collection<StoredRecurringRun>
  readonly tasks: Collection<TaskRecord>
  readonly specs: Specs
}

export function stored(database: DatabaseSync): Stored {
  return {
    experiments: new Collection(database, 'experiment'),
    pipelines: new Collection(database, 'pipeline'),
    versions: new Collection(database, 'pipeline version'),
    runs: new Collection(database, 'run'),
    recurringRuns: new Collection(database, 'recurring run'),
    tasks: new Collection(database, 'task'),
    specs: new Specs(database),
  }
}
