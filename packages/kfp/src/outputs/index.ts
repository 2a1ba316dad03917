export type { FileStore } from './files/file-store.ts'
export { type ObjectStoreOptions, objectStores } from './files/object-stores.ts'
export { metadataStore } from './metadata/metadata-store.ts'
export {
  type FileMetric,
  instanceName,
  type MetricSource,
  metricsIn,
  type TaskMetric,
} from './metric-source.ts'
export { nativeTasks } from './native-tasks.ts'
export { outputSource } from './output-source.ts'
export type { OutputSource, ReadOutputs, TaskOutputs } from './task-outputs.ts'
