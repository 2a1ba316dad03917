import type { ComponentSpec, DagSpec, PipelineSpec } from '@tune/kfp/api'
import { z } from 'zod'
import { ApiError } from '../api/api-error.ts'
import { upstreamOf } from './components.ts'

const component = z.looseObject({
  executorLabel: z.string().optional(),
  dag: z
    .looseObject({
      tasks: z.record(z.string(), z.looseObject({ componentRef: z.looseObject({ name: z.string() }) })),
    })
    .optional(),
})
const shape = z.looseObject({
  pipelineInfo: z.looseObject({ name: z.string().regex(/^[a-z0-9][-a-z0-9]{0,127}$/) }),
  schemaVersion: z.literal('2.1.0'),
  components: z.record(z.string(), component).optional(),
  deploymentSpec: z.looseObject({ executors: z.record(z.string(), z.looseObject({})).optional() }),
  root: component,
})

/**
 * Refuses a specification that could not be run.
 *
 * @throws ApiError INVALID_ARGUMENT
 */
export function checkSpec(given: unknown): asserts given is PipelineSpec {
  const read = shape.safeParse(given)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new ApiError('INVALID_ARGUMENT', `pipeline spec: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const spec = given as PipelineSpec
  for (const [name, each] of Object.entries({ root: spec.root, ...spec.components }))
    checkComponent(spec, name, each)
}

function checkComponent(spec: PipelineSpec, name: string, { executorLabel, dag }: ComponentSpec): void {
  if ((executorLabel === undefined) === (dag === undefined))
    refuse(`component '${name}' must have either an executorLabel or a dag`)
  if (executorLabel !== undefined && spec.deploymentSpec.executors?.[executorLabel] === undefined)
    refuse(`component '${name}': there is no executor '${executorLabel}'`)
  if (dag !== undefined) checkGraph(spec, name, dag)
}

function checkGraph(spec: PipelineSpec, graph: string, { tasks }: DagSpec): void {
  for (const [name, task] of Object.entries(tasks)) {
    if (spec.components?.[task.componentRef.name] === undefined)
      refuse(`task '${name}' of '${graph}': there is no component '${task.componentRef.name}'`)
    for (const upstream of upstreamOf(task))
      if (tasks[upstream] === undefined)
        refuse(`task '${name}' of '${graph}': there is no task '${upstream}'`)
    const { parameters = {}, artifacts = {} } =
      spec.components[task.componentRef.name]?.inputDefinitions ?? {}
    for (const [input, definition] of Object.entries(parameters)) {
      const given =
        task.inputs?.parameters?.[input] !== undefined || task.parameterIterator?.itemInput === input
      if (!given && definition.isOptional !== true && definition.defaultValue === undefined)
        refuse(`task '${name}' of '${graph}': the input '${input}' is not given`)
    }
    for (const input of Object.keys(task.inputs?.parameters ?? {}))
      if (parameters[input] === undefined && artifacts[input] === undefined)
        refuse(`task '${name}' of '${graph}': its component has no input '${input}'`)
  }
  const settled = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    if (settled.has(name)) return
    if (path.includes(name))
      refuse(`the tasks ${[...path, name].join(' -> ')} of '${graph}' wait for each other`)
    for (const upstream of upstreamOf(tasks[name] as DagSpec['tasks'][string]))
      visit(upstream, [...path, name])
    settled.add(name)
  }
  for (const name of Object.keys(tasks)) visit(name, [])
}

function refuse(problem: string): never {
  throw new ApiError('INVALID_ARGUMENT', `pipeline spec: ${problem}`)
}
