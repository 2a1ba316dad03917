import type { JsonValue, ParameterType } from '../api/index.ts'
import type { Component } from './component.ts'
import { connect, freeName, invalid, type Place } from './connect.ts'
import type { Graph, Loop, Node } from './graph.ts'
import { checkName } from './names.ts'
import { type InputSpecs, inputType, type OutputSpecs } from './parameter.ts'
import type { Group, Handled, Task, TaskOptions } from './task.ts'
import { type Argument, type Arguments, isOfType, Value, type Values } from './value.ts'

export interface ParallelForOptions<T extends ParameterType> {
  /** A list of the pipeline, or the items themselves. */
  readonly items: Argument<'LIST'>
  /** The type of an item. */
  readonly itemType: T
  /** How many run at once, at least 1; all, by default. Servers from 2.4. */
  readonly parallelism?: number
}

/**
 * Where tasks are added: a pipeline, or a group within it. A value of an outer scope can be used in an inner one as
 * it is; a value of an inner scope leaves it by being returned from the function that builds the group.
 */
export class Scope {
  readonly #place: Place
  readonly #groups: Map<string, number>

  /** Called by `pipeline`, and for each group. `groups` counts them over the whole pipeline. */
  constructor(place: Place, groups: Map<string, number> = new Map()) {
    this.#place = place
    this.#groups = groups
  }

  /**
   * Adds a task.
   *
   * @throws TuneError INVALID_ARGUMENT a name that is taken; an input that is missing, unknown or of another type;
   * a value that is not in reach
   */
  task<I extends InputSpecs, O extends OutputSpecs>(
    component: Component<I, O>,
    inputs: Arguments<I>,
    options: TaskOptions = {},
  ): Task<O> {
    const {
      name = freeName(component.name, this.#place.graph.nodes),
      after = [],
      cache = false,
      retry,
    } = options
    const given = Object.entries<Value | JsonValue | undefined>(inputs).filter((e) => e[1] !== undefined)
    const isExit = given.some(([, value]) => value instanceof Value && value.origin.kind === 'status')
    const dependencies = new Set(after.map((task) => task.name))
    const node: Node = { name, runs: component, inputs: new Map(), dependencies, cache, retry, isExit }
    for (const dependency of dependencies)
      if (!this.#place.graph.nodes.has(dependency))
        throw invalid(`task '${name}', after: '${dependency}' is no task of the same scope`)
    for (const [key] of given)
      if (!(key in component.inputs))
        throw invalid(`task '${name}': component '${component.name}' has no input '${key}'`)
    for (const [key, spec] of Object.entries(component.inputs)) {
      // The server hands no default to a container: it would see the placeholder.
      const value =
        inputs[key as keyof typeof inputs] ?? (typeof spec === 'string' ? undefined : spec.default)
      if (value === undefined)
        throw invalid(`task '${name}': input '${key}' is missing, of type ${inputType(spec)}`)
      connect(this.#place, node, key, inputType(spec), value)
    }
    if (isExit) this.#checkExit(node)
    this.#add(node)
    return { name, outputs: this.#outputs(name, Object.entries(component.outputs)) as Task<O>['outputs'] }
  }

  /**
   * Runs a group once for each item of a list. What `build` returns becomes lists, of the values of all items in
   * the order of the items; servers from 2.14.
   *
   * @throws TuneError INVALID_ARGUMENT
   */
  parallelFor<T extends ParameterType, V extends Values>(
    { items, itemType, parallelism }: ParallelForOptions<T>,
    build: (scope: Scope, item: Value<T>) => V,
  ): Group<{ readonly [K in keyof V]: Value<'LIST'> }> {
    if (parallelism !== undefined && !(Number.isInteger(parallelism) && parallelism >= 1))
      throw invalid(`parallelFor: parallelism is ${parallelism}; it must be a whole number from 1`)
    const isValue = items instanceof Value
    if (!isValue) checkItems(items, itemType)
    const source = isValue ? { inputParameter: 'items' } : { raw: JSON.stringify(items) }
    const { place, node } = this.#group('for-loop', { items: source, parallelism })
    place.graph.inputs.set('item', itemType)
    if (isValue) {
      place.graph.inputs.set('items', 'LIST')
      connect(this.#place, node, 'items', 'LIST', items)
    }
    const item = new Value(itemType, { kind: 'input', graph: place.graph, name: 'item' })
    returnFrom(place.graph, build(new Scope(place, this.#groups), item), () => 'LIST')
    return this.#close(place.graph, node) as Group<{ readonly [K in keyof V]: Value<'LIST'> }>
  }

  /**
   * Runs a group whose end is told to one task after it, however it went: the task that takes its `finalStatus`.
   *
   * @throws TuneError INVALID_ARGUMENT within another group
   */
  exitHandler<V extends Values>(build: (scope: Scope) => V): Handled<V> {
    if (this.#place.outer) throw invalid('exitHandler: it may not stand within another group')
    const { place, node } = this.#group('exit-handler')
    returnFrom(place.graph, build(new Scope(place, this.#groups)), (type) => type)
    const group = this.#close(place.graph, node) as Group<V>
    const origin = { kind: 'status', graph: this.#place.graph, task: group.name } as const
    return { ...group, finalStatus: new Value('TASK_FINAL_STATUS', origin) }
  }

  #group(kind: string, loop?: Loop): { readonly place: Place; readonly node: Node } {
    const number = (this.#groups.get(kind) ?? 0) + 1
    this.#groups.set(kind, number)
    const name = `${kind}-${number}`
    const graph = emptyGraph(name)
    const node: Node = {
      name,
      runs: graph,
      inputs: new Map(),
      dependencies: new Set(),
      ...(loop && { loop }),
    }
    return { place: { graph, captured: new Map(), outer: { place: this.#place, node } }, node }
  }

  #close(graph: Graph, node: Node): Group<Values> {
    if (graph.nodes.size === 0) throw invalid(`group '${node.name}': it has no task`)
    this.#add(node)
    const types = [...graph.outputs].map(([key, { type }]) => [key, type] as const)
    return { name: node.name, outputs: this.#outputs(node.name, types) }
  }

  #add(node: Node): void {
    checkName('task', node.name)
    const { graph } = this.#place
    if (graph.nodes.has(node.name))
      throw invalid(`task '${node.name}': another task of '${graph.name}' has this name`)
    graph.nodes.set(node.name, node)
  }

  /** The server runs one task at the end of a group, whatever else it depends on. */
  #checkExit(node: Node): void {
    const [group, ...others] = node.dependencies
    if (others.length > 0)
      throw invalid(
        `task '${node.name}': it takes a final status, so it may depend only on one group, not on ${[group, ...others].join(', ')}`,
      )
    const first = [...this.#place.graph.nodes.values()].find(
      (n) => n.isExit && n.dependencies.has(group ?? ''),
    )
    if (first)
      throw invalid(`task '${node.name}': '${first.name}' takes the final status of '${group}' already`)
  }

  #outputs(task: string, types: Iterable<readonly [string, ParameterType]>): Values {
    const { graph } = this.#place
    const value = ([name, type]: readonly [string, ParameterType]) =>
      [name, new Value(type, { kind: 'output', graph, task, name })] as const
    return Object.fromEntries(Array.from(types, value))
  }
}

export function emptyGraph(name: string): Graph {
  return { name, inputs: new Map(), nodes: new Map(), outputs: new Map() }
}

/** Makes values the outputs of the graph whose tasks make them. */
export function returnFrom(
  graph: Graph,
  values: Values,
  outside: (type: ParameterType) => ParameterType = (type) => type,
): void {
  for (const [key, { type, origin }] of Object.entries(values)) {
    if (origin.kind !== 'output' || origin.graph !== graph)
      throw invalid(`'${graph.name}' returns '${key}', which is no output of a task or group of its own`)
    graph.outputs.set(key, { task: origin.task, key: origin.name, type: outside(type) })
  }
}

function checkItems(items: readonly JsonValue[], type: ParameterType): void {
  if (items.length === 0) throw invalid('parallelFor: items is []; it must have an item')
  const stranger = items.find((item) => !isOfType(type, item))
  if (stranger !== undefined) throw invalid(`parallelFor: item ${JSON.stringify(stranger)} is no ${type}`)
}
