import { invalid } from './connect.ts'
import type { Graph } from './graph.ts'
import { checkKey, checkName } from './names.ts'
import { type InputSpecs, inputType } from './parameter.ts'
import { emptyGraph, returnFrom, Scope } from './scope.ts'
import { type InputValues, isOfType, Value, type Values } from './value.ts'

export interface PipelineOptions<I extends InputSpecs> {
  /** Small letters, digits and hyphens. */
  readonly name: string
  readonly description?: string
  readonly inputs?: I
  /** How long a run may take, in seconds; then it fails. Servers from 2.17. */
  readonly deadlineSeconds?: number
  /** After how many seconds the cluster forgets the workflow of a finished run. Servers from 2.14. */
  readonly ttlSeconds?: number
}

/** A pipeline with typed inputs, for any server. `compilePipeline` writes it for one. */
export interface Pipeline<I extends InputSpecs = InputSpecs> {
  readonly name: string
  readonly description: string | undefined
  readonly inputs: I
  readonly deadlineSeconds: number | undefined
  readonly ttlSeconds: number | undefined
  readonly graph: Graph
}

/**
 * Declares a pipeline. What `build` returns are the outputs of its runs.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function pipeline<const I extends InputSpecs = Record<never, never>>(
  options: PipelineOptions<I>,
  build: (scope: Scope, inputs: InputValues<I>) => Values,
): Pipeline<I> {
  const { name, description, inputs = {} as I, deadlineSeconds, ttlSeconds } = options
  checkName('pipeline', name)
  const graph = emptyGraph(name)
  for (const [key, spec] of Object.entries(inputs)) {
    checkKey(`pipeline '${name}'`, key)
    if (typeof spec !== 'string' && !isOfType(spec.type, spec.default))
      throw invalid(
        `pipeline '${name}', input '${key}': its default ${JSON.stringify(spec.default)} is no ${spec.type}`,
      )
    graph.inputs.set(key, inputType(spec))
  }
  const values = Array.from(graph.inputs, ([key, type]) => [
    key,
    new Value(type, { kind: 'input', graph, name: key }),
  ])
  returnFrom(graph, build(new Scope({ graph, captured: new Map() }), Object.fromEntries(values)))
  return { name, description, inputs, deadlineSeconds, ttlSeconds, graph }
}
