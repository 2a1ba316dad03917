export { type CompiledPipeline, type CompileOptions, compilePipeline, pipelineSource } from './compile.ts'
export {
  type ArtifactSpecs,
  type Component,
  type ComponentOptions,
  component,
  type Placeholders,
} from './component.ts'
export type { Container, Resources } from './container.ts'
export type { ConfigMapKey, KubernetesOptions, NodeToleration, SecretKey, Sidecar } from './kubernetes.ts'
export type { InputSpec, InputSpecs, InputType, OutputSpecs, ParameterValues } from './parameter.ts'
export { type Pipeline, type PipelineOptions, pipeline } from './pipeline.ts'
export type { ParallelForOptions, Scope } from './scope.ts'
export type { Group, Handled, RetryOptions, Task, TaskOptions } from './task.ts'
export { uncached } from './uncached.ts'
export {
  type Argument,
  type Arguments,
  type InputValues,
  isOfType,
  RUN_ID,
  RUN_NAME,
  type Value,
  type Values,
} from './value.ts'
export { parsePipeline, pipelineYaml } from './yaml.ts'
