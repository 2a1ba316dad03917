export { findMetric, possibleMetrics, type WantedMetric } from './find-metric.ts'
export {
  type InputSource,
  type PipelineInterface,
  type Producer,
  pipelineInterface,
  type TaskInterface,
} from './pipeline-interface.ts'
