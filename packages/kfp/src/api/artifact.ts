import type { JsonValue, Timestamp } from './json.ts'
import type { ListPage } from './list.ts'

export type ArtifactType =
  | 'TYPE_UNSPECIFIED'
  | 'Artifact'
  | 'Model'
  | 'Dataset'
  | 'HTML'
  | 'Markdown'
  | 'Metric'
  | 'ClassificationMetric'
  | 'SlicedClassificationMetric'

/** What a task wrote, on servers with the native task API. */
export interface Artifact {
  readonly artifact_id: string
  readonly name?: string
  readonly description?: string
  readonly type?: ArtifactType
  readonly uri?: string
  readonly metadata?: Readonly<Record<string, JsonValue>>
  /** The value of a `Metric`. */
  readonly number_value?: number
  readonly created_at?: Timestamp
  readonly namespace?: string
}

/** Response of `GET /artifacts`. */
export interface ArtifactPage extends ListPage {
  readonly artifacts?: readonly Artifact[]
}
