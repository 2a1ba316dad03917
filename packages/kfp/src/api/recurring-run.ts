import type { Int64, JsonObject, Timestamp } from './json.ts'
import type { ListPage } from './list.ts'
import type { PipelineSource } from './platform-spec.ts'
import type { PipelineVersionReference, RuntimeConfig } from './run.ts'
import type { Status } from './status.ts'

/** Runs by the calendar. */
export interface CronSchedule {
  readonly start_time?: Timestamp
  readonly end_time?: Timestamp
  /** Six fields, seconds first: `0 0 2 * * *` is two in the morning, in the server's time zone. */
  readonly cron: string
}

/** Runs at a fixed distance. */
export interface PeriodicSchedule {
  readonly start_time?: Timestamp
  readonly end_time?: Timestamp
  readonly interval_second: Int64
}

export type Trigger =
  | { readonly cron_schedule: CronSchedule }
  | { readonly periodic_schedule: PeriodicSchedule }

/** A pipeline that the server runs again and again. */
export interface RecurringRun {
  readonly recurring_run_id: string
  readonly display_name: string
  readonly description?: string
  readonly pipeline_version_id?: string
  readonly pipeline_spec?: PipelineSource
  readonly pipeline_version_reference?: PipelineVersionReference
  readonly runtime_config?: RuntimeConfig
  readonly service_account?: string
  /** How many of its runs may run at once, from 1 to 10. */
  readonly max_concurrency?: Int64
  readonly trigger?: Trigger
  readonly mode?: 'MODE_UNSPECIFIED' | 'ENABLE' | 'DISABLE'
  readonly created_at?: Timestamp
  readonly updated_at?: Timestamp
  readonly status?: 'STATUS_UNSPECIFIED' | 'ENABLED' | 'DISABLED'
  readonly error?: Status
  /** Whether times that were missed stay missed. */
  readonly no_catchup?: boolean
  readonly namespace?: string
  readonly experiment_id?: string
  /** Since server 2.17. */
  readonly plugins_input?: Readonly<Record<string, JsonObject>>
}

/** Body of `POST /recurringruns`. */
export type NewRecurringRun = Pick<
  RecurringRun,
  'display_name' | 'description' | 'runtime_config' | 'service_account' | 'no_catchup' | 'experiment_id'
> & {
  readonly max_concurrency: Int64
  readonly mode: 'ENABLE' | 'DISABLE'
  readonly trigger: Trigger
} & (
    | { readonly pipeline_spec: PipelineSource }
    | { readonly pipeline_version_reference: PipelineVersionReference }
  )

export interface RecurringRunPage extends ListPage {
  /** The one field of the API that is in camel case. */
  readonly recurringRuns?: readonly RecurringRun[]
}
