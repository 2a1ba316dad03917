export type {
  CollectPlaceholders,
  ExitPlaceholders,
  SimulatePlaceholders,
  SimulationPipelineOptions,
  Step,
} from './simulation-options.ts'
export {
  type SimulationArguments,
  type SimulationPipeline,
  simulationPipeline,
} from './simulation-pipeline.ts'
