import type {
  ComponentSpec,
  DeploymentSpec,
  ExecutorSpec,
  KubernetesExecutorConfig,
  PipelineConfig,
  PipelineSource,
  PipelineSpec,
  PlatformSpec,
  TaskInputParameter,
  TaskSpec,
} from '../api/index.ts'
import { compileContainer } from './compile-container.ts'
import { compileKubernetes } from './compile-kubernetes.ts'
import type { Component } from './component.ts'
import { invalid } from './connect.ts'
import { type Graph, isGraph, type Node } from './graph.ts'
import { type InputSpecs, inputType } from './parameter.ts'
import type { Pipeline } from './pipeline.ts'
import { isAtLeast, requireFeature, type ServerVersion } from './server-version.ts'

/** A pipeline as the server takes it: what to run, and what Kubernetes must know for it. */
export interface CompiledPipeline {
  readonly spec: PipelineSpec
  readonly platform: PlatformSpec | undefined
}

export interface CompileOptions {
  /** Which server it is for, as in `2.14.0`. Without, all that the newest server knows is allowed. */
  readonly serverVersion?: ServerVersion
}

/**
 * Writes a pipeline for a server.
 *
 * @throws TuneError KFP_UNSUPPORTED_VERSION what the server does not know, with the version that does;
 * INVALID_ARGUMENT two components of one name
 */
export function compilePipeline(
  pipeline: Pipeline,
  { serverVersion }: CompileOptions = {},
): CompiledPipeline {
  const compiler = new Compiler(pipeline.name, serverVersion)
  const root = compiler.graph(pipeline.graph, pipeline.inputs)
  const { name, description } = pipeline
  const spec: PipelineSpec = {
    pipelineInfo: { name, ...(description !== undefined && { description }) },
    schemaVersion: '2.1.0',
    sdkVersion: 'tune',
    components: Object.fromEntries(compiler.components),
    deploymentSpec: { executors: Object.fromEntries(compiler.executors) } satisfies DeploymentSpec,
    root,
  }
  return { spec, platform: platformOf(pipelineConfig(pipeline, serverVersion), compiler.kubernetes) }
}

/** A compiled pipeline as the body of a run holds it. */
export function pipelineSource({ spec, platform }: CompiledPipeline): PipelineSource {
  return platform === undefined ? spec : { pipeline_spec: spec, platform_spec: platform }
}

function platformOf(
  pipelineConfig: PipelineConfig | undefined,
  executors: ReadonlyMap<string, KubernetesExecutorConfig>,
): PlatformSpec | undefined {
  if (pipelineConfig === undefined && executors.size === 0) return undefined
  const kubernetes = {
    ...(pipelineConfig && { pipelineConfig }),
    ...(executors.size > 0 && { deploymentSpec: { executors: Object.fromEntries(executors) } }),
  }
  return { platforms: { kubernetes } }
}

function pipelineConfig(
  { name, deadlineSeconds, ttlSeconds }: Pipeline,
  server: ServerVersion,
): PipelineConfig | undefined {
  const config: { -readonly [K in keyof PipelineConfig]: PipelineConfig[K] } = {}
  if (deadlineSeconds !== undefined) {
    requireFeature('a deadline of the run', server, `pipeline '${name}'`)
    config.activeDeadlineSeconds = deadlineSeconds
  }
  if (ttlSeconds !== undefined) {
    requireFeature('a time to live', server, `pipeline '${name}'`)
    // It got another name in 2.17, and each side refuses the other's.
    config[isAtLeast(server, '2.17.0') ? 'resourceTtlOnCompletion' : 'resourceTtl'] = ttlSeconds
  }
  return Object.keys(config).length === 0 ? undefined : config
}

class Compiler {
  readonly components = new Map<string, ComponentSpec>()
  readonly executors = new Map<string, ExecutorSpec>()
  readonly kubernetes = new Map<string, KubernetesExecutorConfig>()
  readonly #declared = new Map<string, Component>()
  readonly #pipeline: string
  readonly #server: ServerVersion

  constructor(pipeline: string, server: ServerVersion) {
    this.#pipeline = pipeline
    this.#server = server
  }

  /** The specification of a graph, having added those of all that it runs. */
  graph(graph: Graph, inputs: InputSpecs = Object.fromEntries(graph.inputs)): ComponentSpec {
    const tasks = Object.fromEntries(Array.from(graph.nodes, ([name, node]) => [name, this.#task(node)]))
    const outputs = [...graph.outputs]
    const producers = outputs.map(([name, { task, key }]) => [
      name,
      { valueFromParameter: { producerSubtask: task, outputParameterKey: key } },
    ])
    const types = outputs.map(([name, { type }]) => [name, { parameterType: type }])
    return {
      dag: { tasks, ...(outputs.length > 0 && { outputs: { parameters: Object.fromEntries(producers) } }) },
      ...inputDefinitions(inputs),
      ...(outputs.length > 0 && { outputDefinitions: { parameters: Object.fromEntries(types) } }),
    }
  }

  #task(node: Node): TaskSpec {
    const { name, runs, inputs, dependencies, cache, loop, isExit } = node
    const component = `comp-${runs.name}`
    if (isGraph(runs)) this.components.set(component, this.graph(runs))
    else this.#component(component, runs)
    this.#checkTask(node)
    return {
      taskInfo: { name },
      componentRef: { name: component },
      ...(inputs.size > 0 && { inputs: { parameters: Object.fromEntries(inputs) } }),
      ...(dependencies.size > 0 && { dependentTasks: [...dependencies].sort() }),
      ...(isGraph(runs) ? {} : { cachingOptions: cache ? { enableCache: true } : {} }),
      ...(isExit && { triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' } as const }),
      ...(loop && { parameterIterator: { itemInput: 'item', items: loop.items } }),
      ...(loop?.parallelism && { iteratorPolicy: { parallelismLimit: loop.parallelism } }),
      ...this.#retryPolicy(node),
    }
  }

  #checkTask({ name, runs, inputs, loop, isExit }: Node): void {
    if ([...inputs.values()].some(isIdentity)) this.#require('the identity of the run', name)
    if (isExit) this.#require('an exit handler with a final status', name)
    if (loop?.parallelism !== undefined) this.#require('a limit of parallelism', name)
    if (loop && isGraph(runs) && runs.outputs.size > 0) this.#require('outputs of a loop', name)
  }

  #retryPolicy({ name, retry }: Node): Pick<TaskSpec, 'retryPolicy'> {
    if (retry === undefined) return {}
    this.#require('a retry policy', name)
    const { retries, backoffSeconds = 0, backoffFactor = 2, backoffMaxSeconds = 3600 } = retry
    const policy = {
      maxRetryCount: retries,
      backoffDuration: `${backoffSeconds}s`,
      backoffFactor,
      backoffMaxDuration: `${backoffMaxSeconds}s`,
    }
    return { retryPolicy: policy }
  }

  #component(name: string, component: Component): void {
    const declared = this.#declared.get(name)
    if (declared === component) return
    if (declared !== undefined)
      throw invalid(`pipeline '${this.#pipeline}': two components are named '${component.name}'`)
    this.#declared.set(name, component)
    const label = `exec-${component.name}`
    const where = `pipeline '${this.#pipeline}', component '${component.name}'`
    this.components.set(name, {
      executorLabel: label,
      ...inputDefinitions(component.inputs),
      ...outputs(component),
    })
    this.executors.set(label, { container: compileContainer(component.container, this.#server, where) })
    const kubernetes = compileKubernetes(component.kubernetes, this.#server, where)
    if (Object.keys(kubernetes).length > 0) this.kubernetes.set(label, kubernetes)
  }

  #require(feature: Parameters<typeof requireFeature>[0], task: string): void {
    requireFeature(feature, this.#server, `pipeline '${this.#pipeline}', task '${task}'`)
  }
}

/** Whether an input is the id or the name of the run, which the server puts in. */
function isIdentity(input: TaskInputParameter): boolean {
  const constant = 'runtimeValue' in input && input.runtimeValue.constant
  return typeof constant === 'string' && constant.startsWith('{{$.pipeline_job')
}

function inputDefinitions(inputs: InputSpecs): Pick<ComponentSpec, 'inputDefinitions'> {
  const definitions = Object.entries(inputs).map(([name, spec]) => {
    const parameterType = inputType(spec)
    if (typeof spec !== 'string')
      return [name, { parameterType, defaultValue: spec.default, isOptional: true }]
    // No task before an exit task gives it its status: the server does.
    return [name, { parameterType, ...(spec === 'TASK_FINAL_STATUS' && { isOptional: true }) }]
  })
  return definitions.length === 0 ? {} : { inputDefinitions: { parameters: Object.fromEntries(definitions) } }
}

function outputs({ outputs, artifacts }: Component): Pick<ComponentSpec, 'outputDefinitions'> {
  const parameters = Object.entries(outputs).map(([name, parameterType]) => [name, { parameterType }])
  const schemas = Object.entries(artifacts).map(([name, schemaTitle]) => [
    name,
    { artifactType: { schemaTitle, schemaVersion: '0.0.1' } },
  ])
  if (parameters.length + schemas.length === 0) return {}
  return {
    outputDefinitions: {
      ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
      ...(schemas.length > 0 && { artifacts: Object.fromEntries(schemas) }),
    },
  }
}
