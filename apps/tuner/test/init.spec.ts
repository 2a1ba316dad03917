import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  compilePipeline,
  component,
  type Pipeline,
  pipeline,
  pipelineInterface,
  pipelineSource,
  pipelineYaml,
} from '@tune/kfp'
import { expect, it } from 'vitest'
import { init } from '../src/commands/init.ts'
import { studyText } from '../src/commands/init-text.ts'
import { parseConfig, readConfig } from '../src/config/read-config.ts'

const train = component({
  name: 'train',
  inputs: { fold: 'STRING', rate: 'NUMBER_DOUBLE' },
  outputs: { auc: 'NUMBER_DOUBLE', model: 'STRING' },
  artifacts: { metrics: 'system.Metrics', data: 'system.Dataset' },
  container: () => ({ image: 'train' }),
})
const inputs = {
  rate: { type: 'NUMBER_DOUBLE', default: 0.1 },
  shift: { type: 'NUMBER_DOUBLE', default: -2 },
  share: 'NUMBER_DOUBLE',
  depth: { type: 'NUMBER_INTEGER', default: 8 },
  balanced: { type: 'BOOLEAN', default: true },
  data: 'STRING',
  folds: { type: 'LIST', default: ['a', 'b'] },
} as const
/** Whose only value is one of each iteration, or one of the whole as well. */
const training = (isWhole: boolean): Pipeline =>
  pipeline({ name: 'training', inputs }, (scope, { folds, rate }) => {
    scope.parallelFor(
      { items: folds, itemType: 'STRING' },
      (body, fold) => body.task(train, { fold, rate }).outputs,
    )
    return isWhole ? { auc: scope.task(train, { fold: 'all', rate }, { name: 'final' }).outputs.auc } : {}
  })
const textOf = (of: Pipeline) =>
  studyText(pipelineInterface(pipelineSource(compilePipeline(of))), { name: 'training' }, {})

it('a file for a pipeline has a space from its inputs, and says what there is to choose', () => {
  const text = textOf(training(true))
  const config = parseConfig(text, 'study.yaml')
  expect(config).toMatchObject({
    study: 'training',
    objective: { pipeline: { name: 'training' }, value: { output: 'auc' }, arguments: { data: 'CHOOSE' } },
    metrics: { auc: 'maximize' },
    space: {
      rate: { type: 'float', low: 0.01, high: 1, log: true },
      shift: { type: 'float', low: -4, high: 0 },
      share: { type: 'float', low: 0, high: 1 },
      depth: { type: 'int', low: 2, high: 32 },
      balanced: { type: 'categorical', choices: [false, true] },
    },
  })
  for (const said of [
    '# value: { task: final, output: auc }',
    '# reports: { task: train, output: auc, instance: fold }',
    '# value: { task: final, artifact: metrics, key: CHOOSE }',
    'data: CHOOSE # a STRING without a default',
    '#   folds: LIST, default ["a","b"]',
    '# default 0.1; choose a range',
  ])
    expect(text).toContain(said)
})

it('a file for a pipeline whose values are made in a loop reports them', () => {
  const config = parseConfig(textOf(training(false)), 'study.yaml')
  expect(config.objective.reports).toEqual({ task: 'train', output: 'auc', instance: 'fold' })
  expect(config.objective.value).toBeUndefined()
})

it('a file is written where there is none, and never over another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tune-init-'))
  const compiled = join(folder, 'compiled.yaml')
  const output = join(folder, 'study.yaml')
  await writeFile(compiled, pipelineYaml(compilePipeline(training(true))))
  await init({ pipeline: compiled, output })
  expect(await readFile(output, 'utf8')).toContain("A study of the pipeline 'training'")
  expect((await readConfig(output)).objective.pipeline).toEqual({ file: 'compiled.yaml' })
  await expect(init({ pipeline: compiled, output })).rejects.toThrow(
    /study\.yaml: there is such a file already$/,
  )
  await expect(init({ pipeline: output, output: `${output}2` })).rejects.toThrow(/it is no compiled pipeline/)
  await expect(init({ output })).rejects.toThrow(
    'init: it must be one of --pipeline FILE and --pipeline-name NAME',
  )
  await rm(folder, { recursive: true })
})
