import type { Timestamp } from './json.ts'
import type { ListPage } from './list.ts'
import type { StorageState } from './storage-state.ts'

/** A group of runs. */
export interface Experiment {
  readonly experiment_id: string
  readonly display_name: string
  readonly description?: string
  readonly created_at?: Timestamp
  /** Where its runs go, on a server with several users. */
  readonly namespace?: string
  readonly storage_state?: StorageState
  readonly last_run_created_at?: Timestamp
}

export type NewExperiment = Pick<Experiment, 'display_name' | 'description' | 'namespace'>

export interface ExperimentPage extends ListPage {
  readonly experiments?: readonly Experiment[]
}
