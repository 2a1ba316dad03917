import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type FrozenTrial, paramValues, readAllTrials } from '@tune/core'
import {
  compilePipeline,
  component,
  KfpClient,
  type Pipeline,
  pipeline,
  pipelineYaml,
  urlConnection,
} from '@tune/kfp'
import type { ExecutorInput, Run } from '@tune/kfp/api'
import { type LocalCommand, type LocalPipelines, startLocalPipelines } from '@tune/kfp-local'
import { openStorage } from '@tune/storage'
import { describe, it } from 'vitest'
import { eventually } from './kfp/cluster.ts'
import { type Workplace, workplace } from './tuner.ts'

const aucOf = (rate: number, fold: string) => 1 - (rate - 0.3) * (rate - 0.3) - Number(fold) / 10
const FOLDS = ['0', '1', '2', '3', '4']
const meanOf = (rate: number) => FOLDS.reduce((sum, fold) => sum + aucOf(rate, fold), 0) / FOLDS.length

const train = component({
  name: 'train-fold',
  inputs: { fold: 'NUMBER_INTEGER', rate: 'NUMBER_DOUBLE' },
  outputs: { auc: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({ image: 'train', args: [inputs.fold, inputs.rate, outputs.auc] }),
})
const evaluate = component({
  name: 'evaluate',
  inputs: { aucs: 'LIST', rate: 'NUMBER_DOUBLE' },
  outputs: { mean: 'NUMBER_DOUBLE' },
  artifacts: { metrics: 'system.Metrics' },
  container: ({ inputs, outputs, executorInput }) => ({
    image: 'evaluate',
    args: [inputs.aucs, inputs.rate, outputs.mean, executorInput],
  }),
})
const inputs = {
  folds: { type: 'LIST', default: [0, 1, 2, 3, 4] },
  rate: 'NUMBER_DOUBLE',
  note: { type: 'STRING', default: '' },
} as const
/** As somebody has it: a loop over folds, and their mean as an output and in a Metrics artifact. */
const training: Pipeline = pipeline({ name: 'training', inputs }, (scope, { folds, rate }) => {
  const loop = scope.parallelFor({ items: folds, itemType: 'NUMBER_INTEGER' }, (body, fold) => ({
    auc: body.task(train, { fold, rate }, { cache: true }).outputs.auc,
  }))
  return scope.task(evaluate, { aucs: loop.outputs.auc, rate }).outputs
})
const compiled = pipelineYaml(compilePipeline(training, { serverVersion: '2.17.0' }))

interface Cluster extends AsyncDisposable {
  readonly server: LocalPipelines
  readonly client: KfpClient
  /** What was trained, as `rate/fold`. */
  readonly trained: readonly string[]
  runs(): Promise<readonly Run[]>
}

const writeJson = (path: string, value: unknown) => writeFile(path, JSON.stringify(value))

/** A cluster that has the pipeline `training`. */
async function cluster({ folder }: Workplace, trainMs = 0): Promise<Cluster> {
  const trained: string[] = []
  const images = {
    train: async ({ argv: [fold = '', rate = '', file = ''], signal }: LocalCommand) => {
      await delay(trainMs * (1 + Number(fold)), undefined, { signal })
      trained.push(`${rate}/${fold}`)
      await writeJson(file, aucOf(Number(rate), fold))
    },
    evaluate: async ({ argv: [aucs = '', rate = '', file = '', text = ''] }: LocalCommand) => {
      const all = JSON.parse(aucs) as number[]
      const mean = all.reduce((sum, auc) => sum + auc, 0) / all.length
      await writeJson(file, mean)
      // As the SDK logs metrics.
      const { outputs } = JSON.parse(text) as ExecutorInput
      const [artifact] = outputs?.artifacts?.['metrics']?.artifacts ?? []
      const metrics = { artifacts: [{ ...artifact, metadata: { mean, size: 100 * Number(rate) } }] }
      await writeJson(outputs?.outputFile ?? '', { artifacts: { metrics } })
    },
  }
  const server = await startLocalPipelines({ images, folder: `${folder}/kfp`, parallelism: 100 })
  const client = new KfpClient(urlConnection(server.url))
  await client.pipelines.upload(compiled, { display_name: 'training', name: 'training' })
  return {
    server,
    client,
    trained,
    runs: async () => {
      const found: Run[] = []
      for await (const run of client.runs.list()) found.push(run)
      return found
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** A study's file: what is tuned, and further lines. */
const file = ({ server }: Cluster, objective: string, ...more: readonly string[]) =>
  [
    'study: training',
    `objective: { ${objective} }`,
    'metrics: { auc: maximize }',
    'space: { rate: { type: float, low: 0, high: 1 } }',
    'trials: 4',
    'parallel: 2',
    'seed: 3',
    `kfp: { endpoint: '${server.url}', metadata: '${server.metadataUrl}', intervalSeconds: 0.1 }`,
    ...more,
  ].join('\n')
const byName = 'pipeline: { name: training }'
const reports = 'reports: { task: train-fold, output: auc, instance: fold }'
const folds = 'instances: { argument: folds }'

async function trialsOf({ folder }: Workplace): Promise<readonly FrozenTrial[]> {
  await using storage = await openStorage(`sqlite:${folder}/tune.db`)
  const [study] = await storage.listStudies()
  return study === undefined ? [] : await readAllTrials(storage, study.id)
}

/** The values of all trials, and what they must be: of those that are complete, the mean of all folds. */
async function valuesOf(place: Workplace) {
  const complete = (await trialsOf(place)).filter(({ state }) => state === 'complete')
  const rates = complete.map((trial) => paramValues(trial)['rate'] as number)
  return { values: complete.map(({ values }) => values), expected: rates.map((rate) => [meanOf(rate)]) }
}

describe.concurrent('a pipeline that the server has', () => {
  it('is tuned over its folds as it is, killed and gone on with: nothing is repeated', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place, 40)
    const text = file(here, `${byName}, ${reports}`, folds, 'pruner: { name: wilcoxon, pThreshold: 0.2 }')
    expect(text.split('\n').length).toBeLessThanOrEqual(15)
    await place.write('study.yaml', text)
    const first = place.start('run', 'study.yaml', '--trials', '10')
    await eventually(async () => {
      const done = (await trialsOf(place)).filter(({ state }) => state === 'complete' || state === 'pruned')
      expect(done.length).toBeGreaterThanOrEqual(3)
    })
    first.child.kill('SIGKILL')
    await first.ended
    expect(await place.tuner('run', 'study.yaml', '--trials', '10')).toMatchObject({ code: 0, err: '' })
    const trials = await trialsOf(place)
    const states = trials.map(({ state }) => state)
    expect(states.filter((state) => state !== 'complete' && state !== 'pruned')).toEqual([])
    expect(trials).toHaveLength(10)
    const { values, expected } = await valuesOf(place)
    expect(values).toEqual(expected)
    expect(new Set(here.trained).size).toBe(here.trained.length)
    const runs = await here.runs()
    expect(new Set(runs.map(({ display_name }) => display_name)).size).toBe(runs.length)
    expect(runs.map(({ state }) => state).filter((state) => state === 'RUNNING')).toEqual([])
  })

  it('whose fold fails is run again for that fold alone', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    here.server.misbehave({ tasks: [{ task: 'train-fold', inputs: { fold: 3 }, how: 'fail', times: 1 }] })
    await place.write('study.yaml', file(here, `${byName}, ${reports}`, folds, 'retries: 1'))
    expect(await place.tuner('run', 'study.yaml', '--trials', '1')).toMatchObject({ code: 0, err: '' })
    const { values, expected } = await valuesOf(place)
    expect(values).toEqual(expected)
    expect((await here.runs()).map(({ runtime_config }) => runtime_config?.parameters?.['folds'])).toEqual([
      [0, 1, 2, 3, 4],
      [3],
    ])
  })

  it('has a few of its folds in each run, so that a pruner saves the others', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    const some = 'instances: { argument: folds, names: [0, 1, 2, 3], atOnce: 2 }'
    const pruner = 'pruner: { name: threshold, lower: 2 }'
    await place.write('study.yaml', file(here, `${byName}, ${reports}`, some, pruner))
    expect(await place.tuner('run', 'study.yaml', '--trials', '1')).toMatchObject({ code: 0 })
    const given = (await here.runs()).map(({ runtime_config }) => runtime_config?.parameters?.['folds'])
    expect(given).toEqual([[0, 1]])
  })

  it.for([
    ['an output of a task', 'value: { task: evaluate, output: mean }', 'metrics: { auc: maximize }'],
    ['an output of the pipeline', 'value: { output: mean }', 'metrics: { auc: maximize }'],
    [
      'a value in a Metrics artifact',
      'value: { task: evaluate, artifact: metrics, key: mean }',
      'metrics: { auc: maximize }',
    ],
    [
      'several, one of them a constraint',
      'value: { auc: { output: mean }, size: { task: evaluate, artifact: metrics, key: size } }',
      'constraints: { size: { max: 50 } }',
    ],
  ] as const)('has its value in %s', async ([, value, more], { expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    const text = file(here, `${byName}, ${value}`)
    await place.write('study.yaml', text.includes(more) ? text : `${text}\n${more}`)
    expect(await place.tuner('run', 'study.yaml')).toMatchObject({ code: 0, err: '' })
    const { values, expected } = await valuesOf(place)
    expect(values).toEqual(expected)
    expect(values).toHaveLength(4)
  })

  it('is kept at the version that it had when the study was made', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    await place.write('study.yaml', file(here, `${byName}, value: { output: mean }`))
    expect(await place.tuner('run', 'study.yaml', '--trials', '1')).toMatchObject({ code: 0 })
    const { pipeline_id } = await here.client.pipelines.getByName('training')
    await here.client.pipelines.uploadVersion(pipeline_id, compiled, { display_name: 'v2', name: 'v2' })
    expect(await place.tuner('run', 'study.yaml', '--trials', '2')).toMatchObject({ code: 0, err: '' })
    const versions = (await here.runs()).map((each) => each.pipeline_version_reference?.pipeline_version_id)
    expect(new Set(versions).size).toBe(1)
    const newer = file(here, 'pipeline: { name: training, version: v2 }, value: { output: mean }')
    await place.write('newer.yaml', newer)
    expect(await place.tuner('run', 'newer.yaml', '--trials', '3')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/measures something else: pipeline\.version: was "training", is "v2"/),
    })
  })

  it('is given what the file says, and all else by name', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    const given = "arguments: { note: 'rate {rate} of trial {trial}', folds: [0, 4] }"
    await place.write('study.yaml', file(here, `${byName}, ${given}, value: { output: mean }`))
    expect(await place.tuner('run', 'study.yaml', '--trials', '1')).toMatchObject({ code: 0, err: '' })
    const [run] = await here.runs()
    const rate = paramValues((await trialsOf(place))[0] as FrozenTrial)['rate']
    const note = `rate ${rate} of trial 0`
    expect(run?.runtime_config?.parameters).toEqual({ rate, note, folds: [0, 4] })
  })

  it('has links to its runs wherever trials are shown', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    const text = file(here, `${byName}, value: { output: mean }`)
    await place.write('study.yaml', text.replace('kfp: {', 'kfp: { ui: https://kubeflow.test/pipeline,'))
    const { out } = await place.tuner('run', 'study.yaml', '--trials', '1')
    const [only] = await here.runs()
    const link = `https://kubeflow.test/pipeline/#/runs/details/${only?.run_id}`
    expect(out).toContain(link)
    expect((await place.tuner('show', 'training')).out).toContain(link)
    expect((await place.tuner('logs', 'training', '0')).out).toContain(link)
    expect((await place.tuner('export', 'training', '--format', 'csv')).out).toContain(link)
    expect((await place.tuner('export', 'training', '--format', 'json')).out).toContain(link)
  })

  it('leaves no runs behind that ended, where the file says so', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    const text = file(here, `${byName}, value: { output: mean }`)
    await place.write('study.yaml', text.replace('kfp: {', "kfp: { finished: { archive: '1 ms' },"))
    for (const trials of ['1', '1'])
      expect(await place.tuner('run', 'study.yaml', '--trials', trials)).toMatchObject({ code: 0, err: '' })
    expect((await here.runs()).map(({ storage_state }) => storage_state)).toEqual(['ARCHIVED'])
  })

  it('is tried once, and shown', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    await place.write('study.yaml', file(here, `${byName}, ${reports}`, folds))
    const { code, out } = await place.tuner('try', 'study.yaml')
    expect(code).toBe(0)
    expect(out).toContain('▸ 3: auc')
    expect(await here.runs()).toHaveLength(1)
  })
})

describe.concurrent('a pipeline in a file', () => {
  it('is tuned without being uploaded; without its cache where chance is involved', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    await place.write('training.yaml', compiled)
    const random = 'pipeline: { file: training.yaml }, caching: false'
    await place.write('study.yaml', file(here, `${random}, ${reports}`, folds, 'current: { rate: 0.5 }'))
    await place.write('again.yaml', file(here, `${random}, ${reports}`, folds, 'current: { rate: 0.5 }'))
    expect(await place.tuner('run', 'study.yaml', '--trials', '1')).toMatchObject({ code: 0, err: '' })
    const again = ['run', 'again.yaml', '--trials', '1', '--storage', 'sqlite:again.db']
    expect(await place.tuner(...again)).toMatchObject({ code: 0, err: '' })
    expect(here.trained).toHaveLength(2 * FOLDS.length)
    expect((await valuesOf(place)).values).toEqual([[meanOf(0.5)]])
  })
})

describe.concurrent('what is wrong is told in one line, before anything ran:', () => {
  it.for<[string, RegExp, number]>([
    [
      `${byName}, value: { output: loss }`,
      /^tuner: objective\.value\.output: the pipeline has no output 'loss'/,
      2,
    ],
    [
      `${byName}, shell: true, value: { output: mean }`,
      /^tuner: study\.yaml:2: objective\.shell: it belongs to/,
      2,
    ],
  ])('%s', async ([objective, message, wanted], { expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    await place.write('study.yaml', file(here, objective))
    const { code, err } = await place.tuner('run', 'study.yaml')
    expect(err.trim().split('\n')).toEqual([expect.stringMatching(message)])
    expect(code).toBe(wanted)
    expect(await here.runs()).toEqual([])
  })

  it('a server whose outputs cannot be read', async ({ expect }) => {
    await using place = await workplace()
    await using here = await cluster(place)
    const text = file(here, `${byName}, value: { output: mean }`)
    await place.write('study.yaml', text.replace(here.server.metadataUrl, here.server.url))
    const { code, err } = await place.tuner('run', 'study.yaml')
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/outputs of runs cannot be read: .* ML Metadata, which was not found/),
    ])
    expect(code).toBe(6)
    expect(await here.runs()).toEqual([])
    expect(await trialsOf(place).catch(() => [])).toEqual([])
  })
})
