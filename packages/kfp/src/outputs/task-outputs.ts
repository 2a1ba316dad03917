import type { JsonValue, Run } from '../api/index.ts'

/** Values by name, as a server keeps them. */
export type Values = Readonly<Record<string, JsonValue>>

/** What a task gave that ended well. Of a task in a loop there is one for each iteration. */
export interface TaskOutputs {
  /** Its name in the pipeline. */
  readonly task: string
  /** Its input parameters. */
  readonly inputs: Values
  /** Its output parameters. */
  readonly outputs: Values
  /** What its output artifacts say of themselves; of Metrics, their values. */
  readonly artifacts: Readonly<Record<string, Values>>
}

export interface ReadOutputs {
  /** Whether artifacts are wanted too, for which some servers have to be asked again. Default: false. */
  readonly withArtifacts?: boolean
  readonly signal?: AbortSignal
}

/** Where outputs of tasks can be read. */
export interface OutputSource {
  /** Where it reads, for people: `ML Metadata at http://…`. */
  readonly name: string
  /**
   * Looks whether it can be read.
   *
   * @throws TuneError where it cannot
   */
  check(signal?: AbortSignal): Promise<void>
  /**
   * What the tasks of a run gave by now. A task that was run again comes again; the last one counts.
   *
   * @throws TuneError where it cannot be read
   */
  read(run: Pick<Run, 'run_id'>, options?: ReadOutputs): AsyncIterable<TaskOutputs>
}
