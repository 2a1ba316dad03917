import type { ComponentSpec, DagSpec, PipelineSpec, TaskSpec } from '@tune/kfp/api'
import pLimit from 'p-limit'
import { componentOf, isExitTask, upstreamOf } from '../spec/components.ts'
import { holds } from './condition.ts'
import { graphOutputs } from './graph-outputs.ts'
import { type Io, NOTHING, type Outcome } from './io.ts'
import { resolveInputs, type Surroundings } from './resolve-inputs.ts'
import type { TaskJournal } from './task-journal.ts'

/** What runs the tasks of a graph. */
export interface TaskRunner {
  readonly spec: PipelineSpec
  readonly placeholders: Surroundings['run']
  readonly journal: TaskJournal
  readonly signal: AbortSignal
  component(
    component: ComponentSpec,
    inputs: Io,
    place: { readonly name: string; readonly path: string; readonly parent: string },
    task?: TaskSpec,
  ): Promise<Outcome>
}

/** Where a graph stands in the run. */
interface GraphPlace {
  readonly path: string
  /** The id of the task that is this graph. */
  readonly parent: string
}

/**
 * Runs the tasks of a graph, each as soon as those that it waits for are over. Once a task has failed none is begun any
 * more, but those that are to run however it went, and where the run is terminated only those that are told how it ended; the
 * others end by themselves.
 */
export async function executeGraph(
  runner: TaskRunner,
  component: ComponentSpec,
  inputs: Io,
  place: GraphPlace,
): Promise<Outcome> {
  const { tasks } = component.dag as DagSpec
  const graph = new Graph(runner, tasks, inputs, place)
  const outcomes = new Map<string, Outcome>()
  for (const name of Object.keys(tasks)) outcomes.set(name, await graph.outcome(name))
  const fault = [...outcomes.values()].find(({ state }) => state === 'FAILED')
  if (fault !== undefined) return { ...fault, outputs: NOTHING }
  return { state: 'SUCCEEDED', outputs: graphOutputs(component.dag as DagSpec, outcomes) }
}

class Graph {
  readonly #runner: TaskRunner
  readonly #tasks: DagSpec['tasks']
  readonly #inputs: Io
  readonly #place: GraphPlace
  readonly #outcomes = new Map<string, Promise<Outcome>>()
  #hasFailed = false

  constructor(runner: TaskRunner, tasks: DagSpec['tasks'], inputs: Io, place: GraphPlace) {
    this.#runner = runner
    this.#tasks = tasks
    this.#inputs = inputs
    this.#place = place
    for (const name of Object.keys(tasks)) void this.outcome(name)
  }

  outcome(name: string): Promise<Outcome> {
    const known = this.#outcomes.get(name)
    if (known !== undefined) return known
    const outcome = this.#run(name, this.#tasks[name] as TaskSpec)
    this.#outcomes.set(name, outcome)
    return outcome
  }

  async #run(name: string, task: TaskSpec): Promise<Outcome> {
    const upstream = new Map<string, Outcome>()
    for (const each of upstreamOf(task)) upstream.set(each, await this.outcome(each))
    const states = [...upstream.values()].map(({ state }) => state)
    const isUnconditional = task.triggerPolicy?.strategy === 'ALL_UPSTREAM_TASKS_COMPLETED'
    if (!isUnconditional && (this.#hasFailed || states.some((s) => s === 'FAILED' || s === 'OMITTED')))
      return { state: 'OMITTED', outputs: NOTHING }
    if (this.#runner.signal.aborted && !isExitTask(task)) return { state: 'OMITTED', outputs: NOTHING }
    if (!isUnconditional && states.includes('SKIPPED') && !states.includes('SUCCEEDED'))
      return { state: 'SKIPPED', outputs: NOTHING }
    const outcome = await this.#perform(name, task, upstream).catch(
      (error: unknown): Outcome => ({
        state: 'FAILED',
        outputs: NOTHING,
        message: `${name}: ${messageOf(error)}`,
      }),
    )
    if (outcome.state === 'FAILED') this.#hasFailed = true
    return outcome
  }

  async #perform(name: string, task: TaskSpec, upstream: ReadonlyMap<string, Outcome>): Promise<Outcome> {
    const { spec, placeholders, journal } = this.#runner
    const component = componentOf(spec, task)
    const run = { ...placeholders, '{{$.pipeline_task_name}}': name }
    const inputs = resolveInputs(task, component, { inputs: this.#inputs, upstream, run })
    const path = `${this.#place.path}.${name}`
    const { condition } = task.triggerPolicy ?? {}
    const type = task.parameterIterator ? 'LOOP' : condition === undefined ? 'DAG' : 'CONDITION'
    if (condition !== undefined && !holds(condition, inputs.parameters)) {
      journal.begin({ name, path, type }, this.#place.parent, inputs)
      journal.end(path, { state: 'SKIPPED', outputs: NOTHING })
      return { state: 'SKIPPED', outputs: NOTHING }
    }
    if (component.dag === undefined && task.parameterIterator === undefined)
      return this.#runner.component(component, inputs, { name, path, parent: this.#place.parent }, task)
    const { task_id: parent } = journal.begin({ name, path, type }, this.#place.parent, inputs)
    const outcome =
      task.parameterIterator === undefined
        ? await this.#runner.component(component, inputs, { name, path, parent }, task)
        : await this.#loop(task, component, inputs, { name, path, parent })
    journal.end(path, outcome)
    return outcome
  }

  async #loop(
    task: TaskSpec,
    component: ComponentSpec,
    inputs: Io,
    { name, path, parent }: { readonly name: string; readonly path: string; readonly parent: string },
  ): Promise<Outcome> {
    const items = itemsOf(task, inputs)
    const limit = pLimit(task.iteratorPolicy?.parallelismLimit || Number.POSITIVE_INFINITY)
    const { itemInput = '' } = task.parameterIterator ?? {}
    let hasFailed = false
    const iterate = async (item: Io['parameters'][string], iteration: number): Promise<Outcome> => {
      if (hasFailed) return { state: 'OMITTED', outputs: NOTHING }
      const own: Io = { ...inputs, parameters: { ...inputs.parameters, [itemInput]: item } }
      const place = { name, path: `${path}.${iteration}`, parent }
      const { journal } = this.#runner
      if (component.dag === undefined) return this.#runner.component(component, own, place, task)
      const { task_id } = journal.begin({ name, path: place.path, type: 'DAG', iteration }, parent, own)
      const outcome = await this.#runner.component(component, own, { ...place, parent: task_id }, task)
      journal.end(place.path, outcome)
      if (outcome.state === 'FAILED') hasFailed = true
      return outcome
    }
    const outcomes = await Promise.all(items.map((item, index) => limit(iterate, item, index)))
    const fault = outcomes.find(({ state }) => state === 'FAILED')
    if (fault !== undefined) return { ...fault, outputs: NOTHING }
    return { state: 'SUCCEEDED', outputs: collected(component, outcomes) }
  }
}

function itemsOf({ parameterIterator }: TaskSpec, { parameters }: Io): readonly Io['parameters'][string][] {
  const source = parameterIterator?.items ?? { raw: '[]' }
  const given = 'raw' in source ? source.raw : parameters[source.inputParameter]
  const items: unknown = typeof given === 'string' ? JSON.parse(given) : given
  if (!Array.isArray(items))
    throw new Error(`the items of the loop are ${JSON.stringify(given)}, which is no list`)
  return items
}

/** Each output of a loop: those of its iterations in their order. */
function collected({ outputDefinitions }: ComponentSpec, iterations: readonly Outcome[]): Io {
  const parameters = Object.keys(outputDefinitions?.parameters ?? {}).map((name) => [
    name,
    iterations.flatMap(({ outputs }) => {
      const value = outputs.parameters[name]
      return value === undefined ? [] : [value]
    }),
  ])
  const artifacts = Object.keys(outputDefinitions?.artifacts ?? {}).map((name) => [
    name,
    iterations.flatMap(({ outputs }) => outputs.artifacts[name] ?? []),
  ])
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
