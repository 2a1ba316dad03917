import {
  compilePipeline,
  component,
  findMetric,
  pipeline,
  pipelineInterface,
  pipelineSource,
  type WantedMetric,
} from '@tune/kfp'
import { describe, expect, it } from 'vitest'

const train = component({
  name: 'train-fold',
  inputs: { fold: 'STRING', rate: { type: 'NUMBER_DOUBLE', default: 0.1 } },
  outputs: { auc: 'NUMBER_DOUBLE', note: 'STRING' },
  artifacts: { metrics: 'system.Metrics', model: 'system.Model' },
  container: () => ({ image: 'i' }),
})
const evaluate = component({
  name: 'evaluate',
  inputs: { aucs: { type: 'LIST', default: [] } },
  outputs: { auc: 'NUMBER_DOUBLE', count: 'NUMBER_INTEGER' },
  artifacts: { metrics: 'system.Metrics' },
  container: () => ({ image: 'i' }),
})

const built = pipeline(
  { name: 'churn', inputs: { folds: { type: 'LIST', default: ['a', 'b'] }, rate: 'NUMBER_DOUBLE' } },
  (scope, { folds, rate }) => {
    const loop = scope.parallelFor({ items: folds, itemType: 'STRING' }, (body, fold) => ({
      auc: body.task(train, { fold, rate }).outputs.auc,
    }))
    scope.parallelFor({ items: ['x', 'y'], itemType: 'STRING' }, (body, fold) => {
      body.task(train, { fold }, { name: 'fixed' })
      return {}
    })
    for (const fold of ['p', 'q']) scope.task(train, { fold }, { name: `part-${fold === 'p' ? 1 : 2}` })
    return scope.task(evaluate, { aucs: loop.outputs.auc }).outputs
  },
)
const churn = pipelineInterface(pipelineSource(compilePipeline(built)))

describe('what a pipeline takes and gives', () => {
  it('is its inputs, its tasks in all graphs, and what its outputs come from', () => {
    expect(churn.name).toBe('churn')
    expect(Object.keys(churn.inputs)).toEqual(['folds', 'rate'])
    expect(churn.tasks.map(({ name, path, isLooped }) => [name, path.length, isLooped])).toEqual([
      ['train-fold', 1, true],
      ['fixed', 1, true],
      ['part-1', 0, false],
      ['part-2', 0, false],
      ['evaluate', 0, false],
    ])
    expect(churn.outputs['auc']?.map(({ task, key }) => [task.name, key])).toEqual([['evaluate', 'auc']])
  })

  it('says where the inputs of tasks come from', () => {
    const inputs = Object.fromEntries(churn.tasks.map((task) => [task.name, task.inputs]))
    expect(inputs['train-fold']).toEqual({ fold: { itemOfInput: 'folds' }, rate: { pipelineInput: 'rate' } })
    expect(inputs['fixed']).toEqual({ fold: { itemOf: ['x', 'y'] }, rate: { constant: 0.1 } })
    expect(inputs['part-1']).toEqual({ fold: { constant: 'p' }, rate: { constant: 0.1 } })
  })
})

describe('a metric of a pipeline', () => {
  it.each<[string, WantedMetric, object]>([
    ['an output of a task', { task: 'evaluate', output: 'auc' }, { tasks: ['evaluate'], output: 'auc' }],
    ['an output of the pipeline', { output: 'count' }, { tasks: ['evaluate'], output: 'count' }],
    [
      'a value in an artifact',
      { task: 'evaluate', artifact: 'metrics', key: 'f1' },
      { tasks: ['evaluate'], artifact: { name: 'metrics', key: 'f1' } },
    ],
    [
      'an output of each iteration',
      { task: 'train-fold', output: 'auc', instance: 'fold' },
      { tasks: expect.arrayContaining(['train-fold']), output: 'auc', instance: 'fold' },
    ],
    [
      'an output of several tasks',
      { task: 'part', output: 'auc', instance: 'fold' },
      { tasks: ['part-1', 'part-2'], output: 'auc', instance: 'fold' },
    ],
    [
      'the only number that a task gives',
      { task: 'fixed', instance: 'fold' },
      { tasks: ['fixed'], output: 'auc', instance: 'fold' },
    ],
  ])('is %s', (_, wanted, source) => {
    expect(findMetric(churn, wanted)).toEqual(source)
  })

  it.each<[WantedMetric, string, RegExp]>([
    [
      { task: 'evalute', output: 'auc' },
      'task',
      /no task 'evalute'; there are train-fold, fixed, .*evaluate/,
    ],
    [{ task: 'evaluate', output: 'f1' }, 'output', /'evaluate' has no output 'f1'; there are auc, count/],
    [{ task: 'evaluate' }, 'output', /it is missing; there are auc, count/],
    [
      { task: 'part-1', output: 'note' },
      'output',
      /'note' of the task 'part-1' must be a number, but is a STRING/,
    ],
    [{ task: 'train-fold', output: 'auc' }, 'task', /once for each item of a loop; say reports/],
    [{ task: 'part', output: 'auc' }, 'task', /several tasks 'part' \(part-1, part-2\); it must be one/],
    [{ task: 'part', instance: 'day' }, 'instance', /'part-1' has no input 'day'; there are fold, rate/],
    [{ task: 'evaluate', artifact: 'm', key: 'k' }, 'artifact', /no artifact 'm'; there is metrics/],
    [{ task: 'evaluate', artifact: 'metrics' }, 'key', /it is missing; it must say which value of 'metrics'/],
    [{ task: 'evaluate', output: 'auc', key: 'k' }, 'key', /it belongs to an artifact/],
    [{ task: 'evaluate', output: 'auc', artifact: 'metrics' }, 'output', /there is an artifact already/],
    [{ output: 'loss' }, 'output', /the pipeline has no output 'loss'; there are auc, count/],
    [{}, 'output', /it is missing; there are auc, count/],
    [{ output: 'auc', instance: 'fold' }, 'task', /it is missing; it must be the task that runs once/],
  ])('is refused: %j', (wanted, key, message) => {
    const find = () => findMetric(churn, wanted)
    expect(find).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    expect(find).toThrow(message)
    expect(find).toThrow(expect.objectContaining({ details: expect.objectContaining({ key }) }))
  })

  it('is none of a pipeline whose output is made in a loop', () => {
    const looped = pipeline({ name: 'looped' }, (scope) => {
      const loop = scope.parallelFor({ items: ['x'], itemType: 'STRING' }, (body, fold) => ({
        auc: body.task(train, { fold }).outputs.auc,
      }))
      return { aucs: loop.outputs.auc }
    })
    const read = pipelineInterface(pipelineSource(compilePipeline(looped)))
    expect(() => findMetric(read, { output: 'aucs' })).toThrow(/'aucs' is made in a loop/)
  })
})
