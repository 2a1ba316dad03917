import { TuneError } from '@tune/core'
import {
  component,
  type InputSpecs,
  type Pipeline,
  pipeline,
  RUN_ID,
  type Scope,
  type Value,
  type Values,
} from '@tune/kfp'
import type { JsonObject, JsonValue } from '@tune/kfp/api'
import { parallelForShape } from './parallel-for-shape.ts'
import { type Shape, SIMULATE_TASK, type SimulateDay } from './shape.ts'
import type {
  CollectPlaceholders,
  ExitPlaceholders,
  SimulatePlaceholders,
  SimulationPipelineOptions,
  Step,
} from './simulation-options.ts'
import { unrolledShape } from './unrolled-shape.ts'

/** What a run of the simulation pipeline is given. */
interface SimulationArguments {
  /** A name of the trial, handed to every command line. */
  readonly trial: string
  readonly params: JsonObject
  /** Other days than the pipeline was made for; as many, when it is unrolled. */
  readonly days?: readonly string[]
}

/** A pipeline that simulates days in parallel and adds up their profits. */
export interface SimulationPipeline {
  readonly pipeline: Pipeline
  /**
   * The parameters of a run.
   *
   * @throws TuneError INVALID_ARGUMENT days that are not of the right number, or twice the same
   */
  readonly parameters: (run: SimulationArguments) => Readonly<Record<string, JsonValue>>
}

/**
 * The pipeline of one trial: a simulation for each day, all at once, and then the profit of all of them, which is
 * also the pipeline's output `profit`. KFP's own cache is off: who tunes knows better what was evaluated before.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function simulationPipeline(options: SimulationPipelineOptions): SimulationPipeline {
  const { name, description, days, deadlineSeconds, ttlSeconds, parallelism } = options
  checkDays(days)
  const shape = options.shape === 'unrolled' ? unrolledShape(days) : parallelForShape(days, parallelism)
  const inputs = { ...shape.days, params: 'STRUCT', trial: 'STRING' } as const
  const settings = {
    ...(description !== undefined && { description }),
    ...(deadlineSeconds !== undefined && { deadlineSeconds }),
    ...(ttlSeconds !== undefined && { ttlSeconds }),
  }
  const built = pipeline({ name, ...settings, inputs }, (scope, { params, trial, ...dayInputs }) =>
    watched(scope, trial, options.onExit, (work) => {
      const simulateDay = simulation(options.simulate, params, trial)
      return collect(work, options.collect, shape, shape.simulate(work, dayInputs, simulateDay), trial)
    }),
  )
  return {
    pipeline: built,
    parameters: ({ trial, params, days: of = days }) => {
      checkDays(of)
      return { ...shape.parameters(of), params, trial }
    },
  }
}

function simulation(
  step: Step<SimulatePlaceholders>,
  params: Value<'STRUCT'>,
  trial: Value<'STRING'>,
): SimulateDay {
  const { container, kubernetes = {}, retry } = step
  const simulateDay = component({
    name: SIMULATE_TASK,
    inputs: { day: 'STRING', params: 'STRUCT', trial: 'STRING' },
    outputs: { profit: 'NUMBER_DOUBLE' },
    container: ({ inputs, outputs }) => container({ ...inputs, profitFile: outputs.profit }),
    kubernetes,
  })
  return (scope, day, name = SIMULATE_TASK) =>
    scope.task(simulateDay, { day, params, trial }, { name, ...(retry && { retry }) }).outputs.profit
}

function collect(
  scope: Scope,
  { container, kubernetes = {}, retry }: Step<CollectPlaceholders>,
  shape: Shape,
  profits: Values,
  trial: Value<'STRING'>,
): Values {
  const specs: InputSpecs = { ...shape.profits, trial: 'STRING' }
  const collectDays = component({
    name: 'collect',
    inputs: specs,
    outputs: { profit: 'NUMBER_DOUBLE' },
    container: ({ inputs: { trial: text, ...placeholders }, outputs }) =>
      container({
        profits: shape.profitList(placeholders),
        trial: text as string,
        profitFile: outputs.profit,
      }),
    kubernetes,
  })
  return scope.task(collectDays, { ...profits, trial }, { ...(retry && { retry }) }).outputs
}

/** Builds within an exit handler where there is something to do on exit. */
function watched(
  scope: Scope,
  trial: Value<'STRING'>,
  step: Step<ExitPlaceholders> | undefined,
  build: (scope: Scope) => Values,
): Values {
  if (step === undefined) return build(scope)
  const { container, kubernetes = {}, retry } = step
  const onExit = component({
    name: 'on-exit',
    inputs: { status: 'TASK_FINAL_STATUS', trial: 'STRING', runId: 'STRING' },
    container: ({ inputs }) => container(inputs),
    kubernetes,
  })
  const work = scope.exitHandler(build)
  scope.task(onExit, { status: work.finalStatus, trial, runId: RUN_ID }, { ...(retry && { retry }) })
  return work.outputs
}

/** @throws TuneError INVALID_ARGUMENT */
function checkDays(days: readonly string[]): void {
  if (days.length === 0) throw new TuneError('INVALID_ARGUMENT', 'days is []; there must be a day')
  const twice = days.find((day, index) => days.indexOf(day) < index)
  if (twice !== undefined) throw new TuneError('INVALID_ARGUMENT', `days: '${twice}' is there twice`)
}
