import { TuneError } from '@tune/core'
import type { JsonValue, ParameterType, TaskInputParameter } from '../api/index.ts'
import type { Graph, Node } from './graph.ts'
import { isOfType, Value } from './value.ts'

/** A graph that is being built, and the node of the graph around it that will run it. */
export interface Place {
  readonly graph: Graph
  readonly outer?: { readonly place: Place; readonly node: Node }
  /** The values from outside that became inputs of this graph. */
  readonly captured: Map<Value, string>
}

/**
 * Gives a node of a graph an input. A value from further out becomes an input of each graph on the way.
 *
 * @throws TuneError INVALID_ARGUMENT a value or constant of another type, or a value that is not in reach
 */
export function connect(
  place: Place,
  node: Node,
  key: string,
  type: ParameterType,
  argument: Value | JsonValue,
): void {
  const where = `task '${node.name}', input '${key}'`
  if (!(argument instanceof Value)) {
    if (!isOfType(type, argument)) throw invalid(`${where}: ${JSON.stringify(argument)} is no ${type}`)
    node.inputs.set(key, { runtimeValue: { constant: argument } })
    return
  }
  if (argument.type !== type)
    throw invalid(`${where}: it is of type ${type}, and was given a value of type ${argument.type}`)
  const source = reach(place, argument, where)
  node.inputs.set(key, source)
  if ('taskOutputParameter' in source) node.dependencies.add(source.taskOutputParameter.producerTask)
  if ('taskFinalStatus' in source) node.dependencies.add(source.taskFinalStatus.producerTask)
}

function reach(place: Place, value: Value, where: string): TaskInputParameter {
  const { origin } = value
  if (origin.kind === 'run') return { runtimeValue: { constant: origin.placeholder } }
  if (origin.graph === place.graph) {
    if (origin.kind === 'input') return { componentInputParameter: origin.name }
    if (origin.kind === 'status') return { taskFinalStatus: { producerTask: origin.task } }
    return { taskOutputParameter: { producerTask: origin.task, outputParameterKey: origin.name } }
  }
  if (place.outer === undefined)
    throw invalid(`${where}: the value is out of reach; return it from the group that it is made in`)
  if (origin.kind === 'status') throw invalid(`${where}: a final status is known only outside of groups`)
  return { componentInputParameter: capture(place, place.outer, value) }
}

function capture({ graph, captured }: Place, outer: NonNullable<Place['outer']>, value: Value): string {
  const known = captured.get(value)
  if (known !== undefined) return known
  const { origin } = value
  const wish =
    origin.kind === 'output' ? `${origin.task}-${origin.name}` : `${'name' in origin && origin.name}`
  const name = freeName(wish, graph.inputs)
  connect(outer.place, outer.node, name, value.type, value)
  graph.inputs.set(name, value.type)
  captured.set(value, name)
  return name
}

/** The name that was wished for, or the first of `wish-2`, `wish-3`, … that is free. */
export function freeName(wish: string, taken: { has(name: string): boolean }): string {
  let name = wish
  for (let number = 2; taken.has(name); number++) name = `${wish}-${number}`
  return name
}

/** An error of who declares a pipeline. */
export function invalid(message: string): TuneError {
  return new TuneError('INVALID_ARGUMENT', message)
}
