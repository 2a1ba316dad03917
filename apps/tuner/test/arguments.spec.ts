import { categorical, float, int, type RunRequest, type SearchSpace } from '@tune/core'
import type { PipelineInterface } from '@tune/kfp'
import { describe, expect, it } from 'vitest'
import { type ArgumentOptions, argumentsOf } from '../src/objective/pipeline/arguments.ts'
import { instancesOf } from '../src/objective/pipeline/instances.ts'

const pipeline: PipelineInterface = {
  name: 'training',
  inputs: {
    rate: { parameterType: 'NUMBER_DOUBLE' },
    depth: { parameterType: 'NUMBER_INTEGER', defaultValue: 3 },
    loss: { parameterType: 'STRING', defaultValue: 'l2' },
    balanced: { parameterType: 'BOOLEAN', isOptional: true },
    folds: { parameterType: 'LIST', defaultValue: ['a', 'b'] },
    config: { parameterType: 'STRUCT', defaultValue: {} },
  },
  tasks: [],
  outputs: {},
  artifacts: {},
}
const request: RunRequest = {
  study: 's',
  studyId: 'i',
  number: 7,
  params: { rate: 0.5 },
  attempt: 0,
  slot: 0,
  mayExist: false,
}
const space: SearchSpace = { rate: float(0, 1) }
const given = (options: Partial<ArgumentOptions>, of: Partial<RunRequest> = {}) =>
  argumentsOf({ pipeline, space, fixed: {}, written: {}, instances: undefined, ...options })({
    ...request,
    ...of,
  })

describe('the arguments of a run', () => {
  it.each<[string, Partial<ArgumentOptions>, RunRequest['params'], object]>([
    ['a parameter by its name', {}, { rate: 0.5 }, { rate: 0.5 }],
    [
      'what is fixed by its name',
      { fixed: { depth: 4, balanced: true } },
      { rate: 0.5 },
      { rate: 0.5, depth: 4, balanced: true },
    ],
    ['a whole number where a number is wanted', { space: { rate: int(0, 1) } }, { rate: 1 }, { rate: 1 }],
    [
      'choices',
      { space: { ...space, loss: categorical(['l1', 'l2']) } },
      { rate: 0, loss: 'l1' },
      { rate: 0, loss: 'l1' },
    ],
    ['a value', { written: { depth: 5 } }, { rate: 0.5 }, { rate: 0.5, depth: 5 }],
    [
      'a parameter under another name, with its type',
      { space: { eta: float(0, 1) }, written: { rate: '{eta}' } },
      { eta: 0.25 },
      { rate: 0.25 },
    ],
    ['a parameter as text', { written: { loss: '{rate}' } }, { rate: 0.5 }, { rate: 0.5, loss: '0.5' }],
    [
      'text with a parameter in it',
      { written: { loss: 'l-{rate}/{trial}' } },
      { rate: 0.5 },
      { rate: 0.5, loss: 'l-0.5/7' },
    ],
    ['braces', { written: { loss: '{{rate}}' } }, { rate: 0.5 }, { rate: 0.5, loss: '{rate}' }],
    [
      'all parameters at once',
      { space: { ...space, eta: float(0, 1) }, fixed: { more: 1 }, written: { config: '{params}' } },
      { rate: 0.5, eta: 0.1 },
      { rate: 0.5, config: { more: 1, rate: 0.5, eta: 0.1 } },
    ],
    [
      'parameters inside a mapping or a list',
      {
        space: { ...space, eta: float(0, 1) },
        written: { config: { model: { eta: '{eta}', on: true } }, folds: ['{study}', 2] },
      },
      { rate: 0.5, eta: 0.1 },
      { rate: 0.5, config: { model: { eta: 0.1, on: true } }, folds: ['s', 2] },
    ],
  ])('are %s', (_, options, params, expected) => {
    expect(given(options, { params })).toEqual(expected)
  })

  it.each<[string, Partial<ArgumentOptions>, RegExp]>([
    [
      'no input of that name',
      { space: { rat: float(0, 1) } },
      /^space\.rat: the pipeline 'training' has no input 'rat'; it has rate \(NUMBER_DOUBLE\), .*objective\.arguments: \{ INPUT: '\{rat\}' \}$/,
    ],
    [
      'a float for a whole number',
      { space: { ...space, depth: float(0, 9) } },
      /^space\.depth: it is a float, and the input 'depth' of the pipeline a NUMBER_INTEGER$/,
    ],
    [
      'a number for text',
      { space: { ...space, loss: int(0, 9) } },
      /^space\.loss: it is a whole number, .* a STRING; to hand it over as text: objective\.arguments: \{ loss: '\{loss\}' \}$/,
    ],
    [
      'choices of which one does not fit',
      { space: { ...space, depth: categorical([1, 'two']) } },
      /^space\.depth: it is a choice with "two"/,
    ],
    [
      'a fixed value of another type',
      { fixed: { balanced: 1 } },
      /^fixed\.balanced: it is 1, and the input 'balanced' of the pipeline a BOOLEAN$/,
    ],
    [
      'an input that there is not',
      { written: { dept: 3 } },
      /^objective\.arguments\.dept: the pipeline 'training' has no input 'dept'/,
    ],
    [
      'a value of another type',
      { written: { depth: 'deep' } },
      /^objective\.arguments\.depth: "deep" is no NUMBER_INTEGER$/,
    ],
    [
      'text with braces for a number',
      { written: { depth: '1{rate}' } },
      /^objective\.arguments\.depth: "1\{rate\}" is no NUMBER_INTEGER$/,
    ],
    [
      'a parameter of another type',
      { written: { depth: '{rate}' } },
      /^objective\.arguments\.depth: the parameter 'rate' is a float, and the input a NUMBER_INTEGER$/,
    ],
    [
      'all parameters for a number',
      { written: { depth: '{params}' } },
      /\{params\} is a STRUCT, and the input a NUMBER_INTEGER$/,
    ],
    [
      'a word for a number',
      { written: { depth: '{trial}' } },
      /\{trial\} is text, and the input a NUMBER_INTEGER$/,
    ],
    [
      'a placeholder for nothing',
      { written: { loss: '{rat}' } },
      /\{rat\} stands for nothing: there is no parameter 'rat'; did you mean rate\?/,
    ],
    [
      'a word of this machine',
      { written: { loss: '{dir}/x' } },
      /loss: \{dir\} is of this machine; a pipeline has none$/,
    ],
    [
      'nothing for an input without a default',
      { space: { depth: int(1, 9) } },
      /^objective\.arguments: the input 'rate' of the pipeline 'training' has no default, and nothing is given for it$/,
    ],
  ])('cannot be %s', (_, options, message) => {
    expect(() => given(options)).toThrow(message)
  })

  it('name the instances of the run, as they are written', () => {
    const instances = instancesOf(pipeline, { names: [0, 1, 2], argument: 'folds' }, {}, undefined)
    expect(given({ instances })).toMatchObject({ folds: [0, 1, 2] })
    expect(given({ instances }, { instances: ['2'] })).toMatchObject({ folds: [2] })
    const seeds = instancesOf(pipeline, { names: [4, 5], argument: 'depth' }, {}, undefined)
    expect(given({ instances: seeds }, { instances: ['5'] })).toMatchObject({ depth: 5 })
  })
})

describe('the instances of a pipeline', () => {
  const reports = (...sources: PipelineInterface['tasks'][number]['inputs'][string][]) => ({
    input: 'fold',
    tasks: sources.map((fold) => ({
      name: 't',
      component: 't',
      path: [],
      isLooped: true,
      inputs: { fold },
      outputs: {},
      artifacts: {},
    })),
  })

  it.each([
    ['the file names', instancesOf(pipeline, { names: ['x'] }, {}, reports({ itemOfInput: 'folds' })), ['x']],
    ['it loops over', instancesOf(pipeline, {}, {}, reports({ itemOf: [1, 2] })), ['1', '2']],
    ['an input lists', instancesOf(pipeline, {}, {}, reports({ itemOfInput: 'folds' })), ['a', 'b']],
    [
      'the file gives to that input',
      instancesOf(pipeline, {}, { folds: ['c'] }, reports({ itemOfInput: 'folds' })),
      ['c'],
    ],
    [
      'its tasks have',
      instancesOf(pipeline, {}, {}, reports({ constant: 'p' }, { constant: 'q' })),
      ['p', 'q'],
    ],
    [
      'the argument has by default',
      instancesOf(pipeline, { argument: 'folds' }, {}, reports(undefined)),
      ['a', 'b'],
    ],
  ])('are those that %s', (_, { names }, expected) => {
    expect(names).toEqual(expected)
  })

  it.each([
    [
      'nobody names',
      () => instancesOf(pipeline, {}, {}, reports(undefined)),
      /^instances: they are missing, .* name them/,
    ],
    [
      'of an input that there is not',
      () => instancesOf(pipeline, { argument: 'fold' }, {}, undefined),
      /^instances\.argument: the pipeline 'training' has no input 'fold'/,
    ],
    [
      'of an input that is no list',
      () => instancesOf(pipeline, { argument: 'depth', names: [1] }, {}, reports(undefined)),
      /'depth' must be a LIST, .* is a NUMBER_INTEGER$/,
    ],
  ])('cannot be those %s', (_, read, message) => {
    expect(read).toThrow(message)
  })
})
