import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compilePipeline, component, KfpClient, pipeline, pipelineYaml, urlConnection } from '@tune/kfp'
import { type LocalPipelines, startLocalPipelines } from '@tune/kfp-local'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../src/config/config-error.ts'
import { parseConfig } from '../src/config/read-config.ts'
import { objectiveOf } from '../src/objective/objective.ts'

const train = component({
  name: 'train-fold',
  inputs: { fold: 'NUMBER_INTEGER', rate: 'NUMBER_DOUBLE' },
  outputs: { auc: 'NUMBER_DOUBLE' },
  container: () => ({ image: 'train' }),
})
const evaluate = component({
  name: 'evaluate',
  inputs: { aucs: 'LIST' },
  outputs: { mean: 'NUMBER_DOUBLE' },
  artifacts: { metrics: 'system.Metrics' },
  container: () => ({ image: 'evaluate' }),
})
const inputs = {
  folds: { type: 'LIST', default: [0, 1, 2] },
  rate: 'NUMBER_DOUBLE',
  note: { type: 'STRING', default: '' },
} as const
const training = pipeline({ name: 'training', inputs }, (scope, { folds, rate }) => {
  const loop = scope.parallelFor({ items: folds, itemType: 'NUMBER_INTEGER' }, (body, fold) => ({
    auc: body.task(train, { fold, rate }).outputs.auc,
  }))
  return scope.task(evaluate, { aucs: loop.outputs.auc }).outputs
})

let folder: string
let server: LocalPipelines
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tune-pipeline-'))
  server = await startLocalPipelines({ images: {}, folder: join(folder, 'kfp') })
  const compiled = pipelineYaml(compilePipeline(training, { serverVersion: '2.17.0' }))
  const client = new KfpClient(urlConnection(server.url))
  await client.pipelines.upload(compiled, { display_name: 'training', name: 'training' })
  await writeFile(join(folder, 'training.yaml'), compiled)
  await writeFile(join(folder, 'study.yaml'), 'study: s')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** What a file tunes that says this of its objective, and these lines more. */
function read(objective: string, ...more: readonly string[]) {
  const lines = [
    'study: training',
    `objective: { ${objective} }`,
    'metrics: { auc: maximize }',
    'space: { rate: { type: float, low: 0, high: 1 } }',
    `kfp: { endpoint: '${server.url}', metadata: '${server.metadataUrl}' }`,
    ...more,
  ]
  return objectiveOf(parseConfig(lines.join('\n'), join(folder, 'study.yaml')))
}
const byName = 'pipeline: { name: training }'
const reports = 'reports: { task: train-fold, output: auc, instance: fold }'

describe('an objective that is a pipeline', () => {
  it('has the instances that it loops over, all at once', async () => {
    const { instances, atOnce, description, memory } = await read(`${byName}, ${reports}`)
    expect({ instances, atOnce }).toEqual({ instances: ['0', '1', '2'], atOnce: 3 })
    expect(description).toBe('maximize auc: pipeline training, on 3 instances')
    expect(memory).toContain('train-fold')
  })

  it('has no memory where chance is involved', async () => {
    expect((await read(`${byName}, ${reports}, caching: false`)).memory).toBeUndefined()
  })

  it('leaves nothing on the server before it is opened', async () => {
    const client = new KfpClient(urlConnection(server.url))
    const names: string[] = []
    await read(`${byName}, ${reports}`)
    for await (const { display_name } of client.experiments.list()) names.push(display_name)
    expect(names).toEqual(['Default'])
  })

  it('is a pipeline in a module', async () => {
    const module = join(import.meta.dirname, 'training-pipeline.ts')
    const { description, identity } = await read(`pipeline: { module: '${module}' }, value: { output: auc }`)
    expect(description).toBe(`maximize auc: pipeline in-a-module of ${module}`)
    expect(identity).toMatchObject({ pipeline: { name: 'in-a-module', digest: expect.any(String) } })
    const wrong = join(import.meta.dirname, 'pipeline-objective.none.ts')
    await expect(read(`pipeline: { module: '${wrong}' }, value: { output: auc }`)).rejects.toThrow(
      /objective\.pipeline\.module: '.*none\.ts' cannot be used: /,
    )
    const other = join(import.meta.dirname, '../src/text/printable.ts')
    await expect(read(`pipeline: { module: '${other}' }, value: { output: auc }`)).rejects.toThrow(
      /the default export of '.*printable\.ts' is no pipeline/,
    )
  })

  it('is identified by what decides its values', async () => {
    const value = 'value: { output: mean }'
    const one = (await read(`${byName}, ${value}`)).identity
    expect((await read(`${byName}, ${value}`, 'trials: 7')).identity).toEqual(one)
    for (const [objective, ...more] of [
      [`pipeline: { file: training.yaml }, ${value}`],
      [`${byName}, ${value}, arguments: { note: x }`],
      [`${byName}, value: { task: evaluate, artifact: metrics, key: mean }`],
      [`${byName}, ${value}`, 'fixed: { note: x }'],
      [`${byName}, ${reports}`],
      [`${byName}, ${reports}`, 'instances: [0, 1]'],
    ] as const)
      expect((await read(objective, ...more)).identity).not.toEqual(one)
  })

  it('keeps what the environment fills in to itself', async () => {
    const lines = [
      'study: s',
      `objective: { ${byName}, value: { output: mean }, arguments: { note: '\${KEY}' } }`,
      'metrics: { auc: maximize }',
      'space: { rate: { type: float, low: 0, high: 1 } }',
      `kfp: { endpoint: '${server.url}', metadata: '${server.metadataUrl}' }`,
    ]
    const config = parseConfig(lines.join('\n'), join(folder, 'study.yaml'), { KEY: 'sesame' })
    const { identity, memory } = await objectiveOf(config)
    expect(JSON.stringify([identity, memory])).not.toContain('sesame')
  })
})

it('a part of the instances cannot be had of a pipeline that takes no part', async () => {
  await expect(
    Promise.resolve().then(() => read(`${byName}, ${reports}`, 'instances: { names: [0, 1], atOnce: 1 }')),
  ).rejects.toThrow(/instances\.atOnce: a run evaluates all instances where no argument says which/)
})

describe('a file that does not fit its pipeline is told in one line', () => {
  it.each<[string, RegExp]>([
    [
      'pipeline: { name: trainin }, value: { output: mean }',
      /objective\.pipeline\.name: the server has no pipeline 'trainin'/,
    ],
    [
      'pipeline: { name: training, version: v9 }, value: { output: mean }',
      /objective\.pipeline\.version: 'training' has no version 'v9'; it has training/,
    ],
    [
      'pipeline: { file: none.yaml }, value: { output: mean }',
      /objective\.pipeline\.file: none\.yaml: the file cannot be read \(ENOENT\)/,
    ],
    [
      'pipeline: { file: study.yaml }, value: { output: mean }',
      /objective\.pipeline\.file: study\.yaml: it is no compiled pipeline/,
    ],
    [
      `${byName}, value: { output: loss }`,
      /objective\.value\.output: the pipeline has no output 'loss'; there is mean/,
    ],
    [
      `${byName}, value: { task: train-fold, output: auc }`,
      /objective\.value\.task: 'train-fold' runs once for each item of a loop; say reports instead of value/,
    ],
    [
      `${byName}, reports: { task: train-fold, output: auc, instance: day }`,
      /objective\.reports\.instance: the task 'train-fold' has no input 'day'; there are fold, rate/,
    ],
    [
      `${byName}, arguments: { rte: 1 }, value: { output: mean }`,
      /objective\.arguments\.rte: the pipeline 'training' has no input 'rte'; it has folds \(LIST\), rate \(NUMBER_DOUBLE\)/,
    ],
    [
      `${byName}, arguments: { folds: 3 }, value: { output: mean }`,
      /objective\.arguments\.folds: 3 is no LIST/,
    ],
    [
      `${byName}, arguments: { note: '{rte}', rate: 1 }, value: { output: mean }`,
      /objective\.arguments\.note: \{rte\} stands for nothing: there is no parameter 'rte'; did you mean rate\?/,
    ],
    [
      `${byName}, value: { output: mean }, ${reports}`,
      /study\.yaml:2: objective\.value: with reports the value is what they aggregate to/,
    ],
    [byName, /study\.yaml:2: objective\.value: it is missing; it must say where the value of a run is/],
    [
      'pipeline: { version: v1 }, value: { output: mean }',
      /study\.yaml:2: objective\.pipeline: it must have a name, a file or a module/,
    ],
    [
      `${byName}, shell: true, value: { output: mean }`,
      /study\.yaml:2: objective\.shell: it belongs to a command; leave it out/,
    ],
    [
      `${byName}, value: { file: 's3://b/x.json' }`,
      /study\.yaml:2: objective\.value\.file: it must hold \{run\}, so that no file of another run is read/,
    ],
    [
      `${byName}, value: { file: 'b/{run}.json' }`,
      /objective\.value\.file: it must be like s3:\/\/bucket\/\{run\}\.json/,
    ],
    [
      `${byName}, value: { file: 's3://b/{run}/{instance}' }`,
      /objective\.value\.file: with \{instance\} it is a report/,
    ],
    [
      `${byName}, value: { file: 's3://b/{run}', output: mean }`,
      /objective\.value\.output: there is a file already/,
    ],
    [`${byName}, reports: { file: 's3://b/{run}' }`, /objective\.reports\.file: it must hold \{instance\}/],
    [`${byName}, reports: { task: train-fold, output: auc }`, /objective\.reports\.instance: it is missing/],
  ])('%s', async (objective, message) => {
    const failure = await Promise.resolve()
      .then(() => read(objective))
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConfigError)
    expect((failure as Error).message).toMatch(message)
  })
})
