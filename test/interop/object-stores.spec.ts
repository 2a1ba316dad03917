import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Storage } from '@google-cloud/storage'
import { paramValues, readAllTrials } from '@tune/core'
import {
  compilePipeline,
  component,
  KfpClient,
  objectStores,
  pipeline,
  pipelineYaml,
  urlConnection,
} from '@tune/kfp'
import { type LocalCommand, startLocalPipelines } from '@tune/kfp-local'
import { openStorage } from '@tune/storage'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { eventually } from '../e2e/kfp/cluster.ts'
import { freePort, workplace } from '../e2e/tuner.ts'

const CREDENTIALS = { accessKeyId: 'somebody', secretAccessKey: 'open-sesame' }

/** A store that speaks a protocol, with a bucket `results`. */
interface Store {
  readonly endpoint: string
  readonly write: (key: string, text: string) => Promise<unknown>
  /** What a file says to reach it. */
  readonly config: string
}

const stores: Record<string, Store> = {}
const servers: ChildProcess[] = []

function serve(program: string, ...args: readonly string[]): void {
  const path = join(dirname(inject('objectStores')), program)
  servers.push(spawn(path, args, { stdio: 'ignore' }))
}

async function s3Store(): Promise<Store> {
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  serve('moto_server', '-H', '127.0.0.1', '-p', String(port))
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: CREDENTIALS,
  })
  await eventually(async () => void (await client.send(new CreateBucketCommand({ Bucket: 'results' }))))
  const { accessKeyId, secretAccessKey } = CREDENTIALS
  return {
    endpoint,
    write: (Key, Body) => client.send(new PutObjectCommand({ Bucket: 'results', Key, Body })),
    config: `{ endpoint: '${endpoint}', accessKeyId: ${accessKeyId}, secretAccessKey: ${secretAccessKey} }`,
  }
}

async function gcsStore(): Promise<Store> {
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  serve('gcp-storage-emulator', 'start', '--host', '127.0.0.1', '--port', String(port), '--in-memory')
  // The emulator asks for no credentials.
  process.env['STORAGE_EMULATOR_HOST'] = endpoint
  const storage = new Storage({ projectId: 'p', apiEndpoint: endpoint })
  await eventually(async () => void (await storage.createBucket('results')))
  return {
    endpoint,
    write: (key, text) => storage.bucket('results').file(key).save(text, { resumable: false }),
    config: `{ endpoint: '${endpoint}' }`,
  }
}

beforeAll(async () => {
  stores['s3'] = await s3Store()
  stores['gs'] = await gcsStore()
})
afterAll(() => {
  for (const server of servers) server.kill('SIGKILL')
})

const train = component({
  name: 'train',
  inputs: { folds: 'LIST', rate: 'NUMBER_DOUBLE', result: 'STRING' },
  container: ({ inputs }) => ({ image: 'train', args: [inputs.folds, inputs.rate, inputs.result] }),
})
const inputs = {
  folds: { type: 'LIST', default: ['a', 'b'] },
  rate: 'NUMBER_DOUBLE',
  result: 'STRING',
} as const
/** Gives nothing but files: one for each fold, and one of the whole. */
const training = pipeline({ name: 'training', inputs }, (scope, given) => {
  scope.task(train, given)
  return {}
})

describe.each(['s3', 'gs'])('%s', (scheme) => {
  const storeOf = () => stores[scheme] as Store
  const files = () => {
    const { endpoint } = storeOf()
    return objectStores({ s3: { endpoint, credentials: CREDENTIALS }, gcs: { endpoint } })
  }

  it('gives what is in a file, and nothing where there is none', async () => {
    await storeOf().write('a folder/ä.json', '{"auc": 0.5}')
    expect(await files().read(`${scheme}://results/a folder/ä.json`)).toBe('{"auc": 0.5}')
    expect(await files().read(`${scheme}://results/none.json`)).toBeUndefined()
  })

  it.each([
    ['value', "value: { file: 'SCHEME://results/{run}/all.json' }", []],
    [
      'reports',
      "reports: { file: 'SCHEME://results/{run}/{instance}.json', key: score }",
      ['instances: { argument: folds }'],
    ],
  ])('has the %s of a pipeline, in files that it writes', async (_, source, more) => {
    await using place = await workplace()
    const image = async ({ argv: [folds = '[]', rate = '', result = ''] }: LocalCommand) => {
      const key = result.replace(`${scheme}://results/`, '')
      for (const fold of JSON.parse(folds) as string[])
        await storeOf().write(`${key}/${fold}.json`, JSON.stringify({ score: Number(rate) }))
      await storeOf().write(`${key}/all.json`, JSON.stringify({ auc: Number(rate) }))
    }
    await using server = await startLocalPipelines({
      images: { train: image },
      folder: join(place.folder, 'kfp'),
    })
    const compiled = pipelineYaml(compilePipeline(training, { serverVersion: '2.17.0' }))
    await new KfpClient(urlConnection(server.url)).pipelines.upload(compiled, { display_name: 'training' })
    await place.write('training.yaml', compiled)
    const lines = [
      'study: training',
      'metrics: { auc: maximize }',
      'trials: 3',
      'space: { rate: { type: float, low: 0, high: 1 } }',
      `objective: { pipeline: { file: training.yaml }, arguments: { result: '${scheme}://results/{run}' }, ${source.replace('SCHEME', scheme)} }`,
      // No ML Metadata is needed.
      `kfp: { endpoint: '${server.url}', intervalSeconds: 0.2, store: ${storeOf().config} }`,
      ...more,
    ]
    await place.write('study.yaml', lines.join('\n'))
    expect(await place.tuner('run', 'study.yaml')).toMatchObject({ code: 0, err: '' })
    await using storage = await openStorage(`sqlite:${place.folder}/tune.db`)
    const [study] = await storage.listStudies()
    const trials = await readAllTrials(storage, study?.id ?? '')
    expect(trials.map(({ values }) => values)).toEqual(trials.map((trial) => [paramValues(trial)['rate']]))
    expect(trials).toHaveLength(3)
  })

  it('is told without secrets where there is no such bucket, or no answer', async () => {
    const lost = objectStores({ s3: { endpoint: 'http://127.0.0.1:2', credentials: CREDENTIALS } })
    const failure = await lost.read(`${scheme}://results`).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT' })
    const away = await lost.read('s3://results/x.json').catch((error: unknown) => error)
    expect(away).toMatchObject({ code: 'KFP_UNAVAILABLE' })
    expect(String(away)).not.toContain(CREDENTIALS.secretAccessKey)
    const strange = objectStores({
      s3: { endpoint: (stores['s3'] as Store).endpoint, credentials: CREDENTIALS },
    })
    await expect(strange.read('s3://no-such-bucket/x.json')).rejects.toMatchObject({
      code: 'KFP_FAILED',
      message: 'file s3://no-such-bucket/x.json: 404 (NoSuchBucket)',
    })
  })
})
