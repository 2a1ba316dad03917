import type {
  ComponentSpec,
  InputParameterDefinition,
  JsonValue,
  ParameterType,
  PipelineSource,
  PipelineSpec,
  TaskSpec,
} from '../api/index.ts'

/** What a pipeline takes and gives, as its specification says. */
export interface PipelineInterface {
  readonly name: string
  readonly inputs: Readonly<Record<string, InputParameterDefinition>>
  /** All tasks that run a container, in whatever graph they stand. */
  readonly tasks: readonly TaskInterface[]
  /** Its outputs, and what gives each: of several tasks, whichever runs. */
  readonly outputs: Readonly<Record<string, readonly Producer[]>>
  /** Its output artifacts, likewise. */
  readonly artifacts: Readonly<Record<string, readonly Producer[]>>
}

/** An output of a task. */
export interface Producer {
  readonly task: TaskInterface
  readonly key: string
}

/** What a task of a pipeline takes and gives. */
export interface TaskInterface {
  readonly name: string
  /** The component that it runs: several tasks may share one. */
  readonly component: string
  /** The graphs around it, from the outside. */
  readonly path: readonly string[]
  /** Whether it runs once for each item of a list. */
  readonly isLooped: boolean
  /** Its input parameters, and where the value of each comes from, where the specification says. */
  readonly inputs: Readonly<Record<string, InputSource | undefined>>
  readonly outputs: Readonly<Record<string, ParameterType>>
  /** Its output artifacts: the schema of each, as in `system.Metrics`. */
  readonly artifacts: Readonly<Record<string, string>>
}

/** Where the value of an input comes from. */
export type InputSource =
  | { readonly constant: JsonValue }
  /** An item of a list that is an input of the pipeline. */
  | { readonly itemOfInput: string }
  /** An item of a list that stands in the specification. */
  | { readonly itemOf: readonly JsonValue[] }
  | { readonly pipelineInput: string }

/** Reads what a pipeline takes and gives. */
export function pipelineInterface(source: PipelineSource): PipelineInterface {
  const spec = 'pipeline_spec' in source ? source.pipeline_spec : source
  const graph = new Graph(spec, spec.root, [], inputsOfRoot(spec))
  return {
    name: spec.pipelineInfo.name,
    inputs: spec.root.inputDefinitions?.parameters ?? {},
    tasks: graph.tasks(),
    outputs: graph.outputs(),
    artifacts: graph.artifacts(),
  }
}

type Sources = Readonly<Record<string, InputSource | undefined>>

function inputsOfRoot({ root }: PipelineSpec): Sources {
  const names = Object.keys(root.inputDefinitions?.parameters ?? {})
  return Object.fromEntries(names.map((name) => [name, { pipelineInput: name }]))
}

/** A graph of tasks at its place in the pipeline. */
class Graph {
  readonly #spec: PipelineSpec
  readonly #component: ComponentSpec
  readonly #path: readonly string[]
  readonly #sources: Sources
  readonly #isLooped: boolean

  constructor(
    spec: PipelineSpec,
    component: ComponentSpec,
    path: readonly string[],
    sources: Sources,
    isLooped = false,
  ) {
    this.#spec = spec
    this.#component = component
    this.#path = path
    this.#sources = sources
    this.#isLooped = isLooped
  }

  tasks(): readonly TaskInterface[] {
    return Object.entries(this.#component.dag?.tasks ?? {}).flatMap(([name, task]) => {
      const inner = this.#graph(name, task)
      return inner === undefined ? [this.#task(name, task)] : inner.tasks()
    })
  }

  outputs(): Readonly<Record<string, readonly Producer[]>> {
    const { parameters = {} } = this.#component.dag?.outputs ?? {}
    return mapped(parameters, (output) => {
      const selectors =
        'valueFromParameter' in output
          ? [output.valueFromParameter]
          : output.valueFromOneof.parameterSelectors
      return selectors.flatMap(({ producerSubtask, outputParameterKey }) =>
        this.#producers(producerSubtask, outputParameterKey, (inner) => inner.outputs()),
      )
    })
  }

  artifacts(): Readonly<Record<string, readonly Producer[]>> {
    const { artifacts = {} } = this.#component.dag?.outputs ?? {}
    return mapped(artifacts, ({ artifactSelectors }) =>
      artifactSelectors.flatMap(({ producerSubtask, outputArtifactKey }) =>
        this.#producers(producerSubtask, outputArtifactKey, (inner) => inner.artifacts()),
      ),
    )
  }

  #producers(
    name: string,
    key: string,
    outputsOf: (graph: Graph) => Readonly<Record<string, readonly Producer[]>>,
  ): readonly Producer[] {
    const task = this.#component.dag?.tasks[name]
    if (task === undefined) return []
    const inner = this.#graph(name, task)
    return inner === undefined ? [{ task: this.#task(name, task), key }] : (outputsOf(inner)[key] ?? [])
  }

  /** The graph that a task is; `undefined` where it runs a container. */
  #graph(name: string, task: TaskSpec): Graph | undefined {
    const component = this.#spec.components?.[task.componentRef.name]
    if (component?.dag === undefined) return undefined
    const isLooped = this.#isLooped || task.parameterIterator !== undefined
    return new Graph(this.#spec, component, [...this.#path, name], this.#inputsOf(task), isLooped)
  }

  #task(name: string, task: TaskSpec): TaskInterface {
    const component = this.#spec.components?.[task.componentRef.name] ?? {}
    const { parameters = {}, artifacts = {} } = component.outputDefinitions ?? {}
    const inputs = mapped(component.inputDefinitions?.parameters ?? {}, ({ defaultValue }) =>
      defaultValue === undefined ? undefined : { constant: defaultValue },
    )
    return {
      name,
      component: task.componentRef.name.replace(/^comp-/, ''),
      path: this.#path,
      isLooped: this.#isLooped || task.parameterIterator !== undefined,
      inputs: { ...inputs, ...this.#inputsOf(task) },
      outputs: mapped(parameters, ({ parameterType }) => parameterType),
      artifacts: mapped(artifacts, ({ artifactType }) => artifactType.schemaTitle),
    }
  }

  /** Where the inputs of a task come from, those that its loop brings included. */
  #inputsOf({ inputs, parameterIterator }: TaskSpec): Sources {
    const sources: Record<string, InputSource | undefined> = mapped(inputs?.parameters ?? {}, (input) => {
      if (input.parameterExpressionSelector !== undefined) return undefined
      if ('componentInputParameter' in input) return this.#sources[input.componentInputParameter]
      return 'runtimeValue' in input ? { constant: input.runtimeValue.constant } : undefined
    })
    if (parameterIterator === undefined) return sources
    const { items, itemInput } = parameterIterator
    sources[itemInput] =
      'raw' in items ? itemOf(JSON.parse(items.raw)) : itemOfSource(sources[items.inputParameter])
    return sources
  }
}

function itemOfSource(list: InputSource | undefined): InputSource | undefined {
  if (list === undefined) return undefined
  if ('pipelineInput' in list) return { itemOfInput: list.pipelineInput }
  return 'constant' in list ? itemOf(list.constant) : undefined
}

function itemOf(list: unknown): InputSource | undefined {
  return Array.isArray(list) ? { itemOf: list } : undefined
}

function mapped<T, R>(of: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value)]))
}
