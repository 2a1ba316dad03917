import { compilePipeline } from '@tune/kfp'
import { describe, expect, it } from 'vitest'
import type { SimulationPipelineOptions } from '../src/objective/simulator/pipeline/simulation-options.ts'
import { simulationPipeline } from '../src/objective/simulator/pipeline/simulation-pipeline.ts'

/** A week of simulations. */
const weekOptions: SimulationPipelineOptions = {
  name: 'week',
  days: Array.from({ length: 7 }, (_, index) => `2026-08-1${index}`),
  simulate: {
    container: ({ day, params, trial, profitFile }) => ({
      image: 'sim:1',
      command: ['sim'],
      args: ['day', day, params, trial, profitFile],
    }),
    retry: { retries: 2 },
  },
  collect: {
    container: ({ profits, profitFile }) => ({
      image: 'sim:1',
      command: ['sim'],
      args: ['sum', profits, profitFile],
    }),
  },
}

const days = weekOptions.days

describe('a simulation pipeline as a loop', () => {
  const simulation = simulationPipeline(weekOptions)
  const { spec } = compilePipeline(simulation.pipeline, { serverVersion: '2.14.0' })

  it('simulates each day of its input and collects the profits', () => {
    expect(spec.root.dag?.tasks['for-loop-1']).toMatchObject({
      parameterIterator: { items: { inputParameter: 'items' }, itemInput: 'item' },
      inputs: { parameters: { items: { componentInputParameter: 'days' } } },
    })
    expect(spec.root.dag?.tasks['collect']?.inputs?.parameters?.['profits']).toEqual({
      taskOutputParameter: { producerTask: 'for-loop-1', outputParameterKey: 'profit' },
    })
    expect(spec.root.inputDefinitions?.parameters).toEqual({
      days: { parameterType: 'LIST', defaultValue: days, isOptional: true },
      params: { parameterType: 'STRUCT' },
      trial: { parameterType: 'STRING' },
    })
    expect(spec.root.outputDefinitions?.parameters).toEqual({ profit: { parameterType: 'NUMBER_DOUBLE' } })
  })

  it('makes the command lines that the caller gave', () => {
    expect(spec.deploymentSpec.executors?.['exec-simulate-day']?.container?.args).toEqual([
      'day',
      "{{$.inputs.parameters['day']}}",
      "{{$.inputs.parameters['params']}}",
      "{{$.inputs.parameters['trial']}}",
      "{{$.outputs.parameters['profit'].output_file}}",
    ])
    expect(spec.deploymentSpec.executors?.['exec-collect']?.container?.args).toEqual([
      'sum',
      "{{$.inputs.parameters['profits']}}",
      "{{$.outputs.parameters['profit'].output_file}}",
    ])
  })

  it('is run with the days it was made for, or with others', () => {
    const run = { trial: 't1', params: { depth: 3 } }
    expect(simulation.parameters(run)).toEqual({ ...run, days })
    expect(simulation.parameters({ ...run, days: ['x'] })).toEqual({ ...run, days: ['x'] })
    expect(() => simulation.parameters({ ...run, days: ['x', 'y', 'x'] })).toThrow("days: 'x' is there twice")
  })
})

describe('a simulation pipeline unrolled', () => {
  const simulation = simulationPipeline({ ...weekOptions, shape: 'unrolled' })
  const { spec } = compilePipeline(simulation.pipeline, { serverVersion: '2.4.1' })

  it('has a task for each day, of one component', () => {
    const tasks = spec.root.dag?.tasks ?? {}
    expect(Object.keys(tasks)).toEqual([...days.map((_, index) => `simulate-day-${index + 1}`), 'collect'])
    expect(tasks['simulate-day-7']).toMatchObject({
      componentRef: { name: 'comp-simulate-day' },
      inputs: { parameters: { day: { componentInputParameter: 'day_7' } } },
    })
    expect(Object.keys(spec.components ?? {})).toEqual(['comp-simulate-day', 'comp-collect'])
    expect(tasks['collect']?.dependentTasks).toHaveLength(7)
  })

  it('hands the profits on as one list', () => {
    expect(spec.deploymentSpec.executors?.['exec-collect']?.container?.args?.[1]).toBe(
      `[${[1, 2, 3, 4, 5, 6, 7].map((number) => `{{$.inputs.parameters['profit_${number}']}}`).join(',')}]`,
    )
  })

  it('is run with as many days as it was made for', () => {
    const run = { trial: 't1', params: {} }
    expect(simulation.parameters(run)).toMatchObject({ day_1: days[0], day_7: days[6] })
    expect(() => simulation.parameters({ ...run, days: ['x'] })).toThrow(
      'days: there are 1, and the pipeline is for 7',
    )
  })
})

describe.each(['parallel-for', 'unrolled'] as const)('on exit of %s', (shape) => {
  const onExit: SimulationPipelineOptions['onExit'] = {
    container: ({ status, trial, runId }) => ({ image: 'notify', args: [status, trial, runId] }),
  }
  const { pipeline } = simulationPipeline({ ...weekOptions, shape, onExit })

  it('runs a task that is told how it went', () => {
    const { spec } = compilePipeline(pipeline, { serverVersion: '2.14.0' })
    expect(spec.root.dag?.tasks['on-exit']).toMatchObject({
      triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' },
      inputs: {
        parameters: {
          status: { taskFinalStatus: { producerTask: 'exit-handler-1' } },
          runId: { runtimeValue: { constant: '{{$.pipeline_job_uuid}}' } },
        },
      },
    })
    expect(spec.root.outputDefinitions?.parameters).toEqual({ profit: { parameterType: 'NUMBER_DOUBLE' } })
  })

  it('needs a server that has exit handlers', () => {
    expect(() => compilePipeline(pipeline, { serverVersion: '2.5.0' })).toThrow(
      expect.objectContaining({ code: 'KFP_UNSUPPORTED_VERSION' }),
    )
  })
})
