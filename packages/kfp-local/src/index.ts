export type { Entries } from './execution/cluster.ts'
export type { LocalCommand, LocalImage, LocalImages } from './execution/images.ts'
export { type LocalPipelines, type LocalPipelinesOptions, startLocalPipelines } from './local-pipelines.ts'
export { type Misbehaviour, misbehaviour } from './misbehaviour/misbehaviour.ts'
