import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '@bufbuild/protobuf'
import { create } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import {
  headerCredentials,
  KfpClient,
  type MetricSource,
  metadataConnection,
  metadataStore,
  metricsIn,
  nativeTasks,
  outputSource,
  type TaskOutputs,
  urlConnection,
} from '@tune/kfp'
import type { PipelineTask } from '@tune/kfp/api'
import { httpServer } from '@tune/tooling/http-server'
import { describe, expect, it } from 'vitest'
import {
  ArtifactSchema,
  EventSchema,
  type Execution,
  ExecutionSchema,
  MetadataStoreService,
} from '../src/outputs/metadata/metadata_store_pb.ts'
import { all } from './all.ts'

const run = { run_id: 'r1' }

describe('the metrics of a task', () => {
  const task: TaskOutputs = {
    task: 'train-fold-2',
    inputs: { fold: 'f2', rate: 0.1, seed: 3 },
    outputs: { auc: 0.9, note: 'fine' },
    artifacts: { metrics: { loss: 0.3, model: 'tree' } },
  }
  const tasks = ['train-fold', 'train-fold-2']

  it.each<[string, Record<string, MetricSource>, object[]]>([
    [
      'an output, of an instance',
      { auc: { tasks, output: 'auc', instance: 'fold' } },
      [{ name: 'auc', value: 0.9, instance: 'f2' }],
    ],
    [
      'an output that is called as the metric',
      { auc: { tasks } },
      [{ name: 'auc', value: 0.9, instance: undefined }],
    ],
    [
      'an instance that is no text',
      { m: { tasks, output: 'auc', instance: 'seed' } },
      [{ name: 'm', value: 0.9, instance: '3' }],
    ],
    [
      'a value in an artifact',
      { loss: { tasks, artifact: { name: 'metrics', key: 'loss' } } },
      [{ name: 'loss', value: 0.3, instance: undefined }],
    ],
    [
      'several',
      { a: { tasks, output: 'auc' }, b: { tasks, artifact: { name: 'metrics', key: 'loss' } } },
      [
        { name: 'a', value: 0.9, instance: undefined },
        { name: 'b', value: 0.3, instance: undefined },
      ],
    ],
    ['none of another task', { auc: { tasks: ['train'], output: 'auc' } }, []],
    ['none that is no number', { note: { tasks, output: 'note' } }, []],
    ['none that is not there', { f1: { tasks, artifact: { name: 'metrics', key: 'f1' } } }, []],
    ['none of another artifact', { f1: { tasks, artifact: { name: 'other', key: 'f1' } } }, []],
    [
      'none without the input that names the instance',
      { auc: { tasks, output: 'auc', instance: 'day' } },
      [],
    ],
  ])('are %s', (_, sources, expected) => {
    expect([...metricsIn(task, sources)]).toEqual(expected)
  })
})

/** A task of the native API as it is when it went well. */
const task = (fold: string, auc: number | undefined, more: Partial<PipelineTask> = {}): PipelineTask => ({
  task_id: `id-${fold}`,
  name: 'train',
  state: 'SUCCEEDED',
  inputs: { parameters: [{ parameter_key: 'fold', value: fold, type: 'COMPONENT_INPUT' }] },
  outputs: {
    parameters: auc === undefined ? [] : [{ parameter_key: 'auc', value: auc, type: 'OUTPUT' }],
  },
  ...more,
})

describe('native tasks', () => {
  const tasks = [
    task('a', 1),
    task('b', 2, { state: 'CACHED', name: 'train-2' }),
    task('c', 3, { state: 'FAILED' }),
    task('d', undefined, { state: 'RUNNING' }),
    {
      task_id: 'e',
      name: 'evaluate',
      state: 'SUCCEEDED',
      outputs: {
        artifacts: [
          {
            artifact_key: 'metrics',
            artifacts: [
              { artifact_id: '1', type: 'Metric', name: 'auc', number_value: 0.7 },
              { artifact_id: '2', type: 'Metric', name: 'loss', number_value: 0 },
            ],
          },
          { artifact_key: 'model', artifacts: [{ artifact_id: '3', name: 'model', metadata: { size: 4 } }] },
        ],
      },
    },
  ] satisfies PipelineTask[]
  const expected = [
    { task: 'train', inputs: { fold: 'a' }, outputs: { auc: 1 }, artifacts: {} },
    { task: 'train-2', inputs: { fold: 'b' }, outputs: { auc: 2 }, artifacts: {} },
    {
      task: 'evaluate',
      inputs: {},
      outputs: {},
      artifacts: { metrics: { auc: 0.7, loss: 0 }, model: { size: 4 } },
    },
  ]

  it('give what those gave that went well, with one request', async () => {
    await using server = await httpServer(() => ({ json: { run_id: 'r1', tasks } }))
    const client = new KfpClient(urlConnection(server.url))
    expect(await all(nativeTasks(client).read(run))).toEqual(expected)
    expect(server.received.map(({ path, query }) => [path, query.get('view')])).toEqual([
      ['/apis/v2beta1/runs/r1', 'FULL'],
    ])
  })
})

describe('the source of outputs', () => {
  const serverWith = (artifacts: number) =>
    httpServer(({ path }) =>
      path.endsWith('/healthz') ? { json: { tag_name: '2.14.0' } } : { status: artifacts, json: {} },
    )

  it('is the server where it has native tasks', async () => {
    await using server = await serverWith(200)
    const source = await outputSource(new KfpClient(urlConnection(server.url)), [])
    expect(source.name).toBe('the native task API')
  })

  it('is ML Metadata elsewhere: the first that answers', async () => {
    await using server = await serverWith(404)
    await using store = await metadata([[]])
    const client = new KfpClient(urlConnection(server.url))
    const source = await outputSource(client, [urlConnection(server.url), urlConnection(store.url)])
    expect(source.name).toBe(`ML Metadata at ${store.url}`)
  })

  it('is an error where there is none, before anything ran', async () => {
    await using server = await serverWith(404)
    const client = new KfpClient(urlConnection(server.url))
    await expect(outputSource(client, [urlConnection(server.url)])).rejects.toMatchObject({
      code: 'KFP_OUTPUTS',
      message: expect.stringMatching(
        /^outputs of runs cannot be read: the server, version 2\.14\.0, .* not found \(ML Metadata at http.*\); say where it is/,
      ),
    })
  })

  it.each([
    ['http://ml-pipeline:8888', ['http://metadata-envoy-service:9090', 'grpc://metadata-grpc-service:8080']],
    [
      'http://ml-pipeline.kubeflow:8888',
      ['http://metadata-envoy-service.kubeflow:9090', 'grpc://metadata-grpc-service.kubeflow:8080'],
    ],
    ['https://kubeflow.example.org/pipeline', []],
    ['http://127.0.0.1:8888', ['http://127.0.0.1:9090']],
    ['http://127.0.0.1:3000', []],
  ])('is looked for beside %s', (url, beside) => {
    expect(urlConnection(url).metadata?.map(({ baseUrl }) => baseUrl)).toEqual([...beside, url])
  })
})

/** An execution as the launcher of Kubeflow Pipelines leaves it. */
const execution = (
  id: number,
  taskName: string,
  state: number,
  inputs: JsonObject,
  outputs?: JsonObject,
): Execution => {
  const structs = Object.entries({ inputs, outputs }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, { value: { case: 'structValue' as const, value } }]],
  )
  return create(ExecutionSchema, {
    id: BigInt(id),
    lastKnownState: state,
    customProperties: {
      task_name: { value: { case: 'stringValue', value: taskName } },
      iteration_index: { value: { case: 'intValue', value: 1n } },
      ...Object.fromEntries(structs),
    },
  })
}

const event = (executionId: bigint, artifactId: bigint, key: string, type: number) =>
  create(EventSchema, {
    executionId,
    artifactId,
    type,
    path: { steps: [{ value: { case: 'key', value: key } }] },
  })
const artifact = (id: bigint, auc: number) =>
  create(ArtifactSchema, {
    id,
    customProperties: {
      auc: { value: { case: 'doubleValue', value: auc } },
      count: { value: { case: 'intValue', value: 7n } },
      display_name: { value: { case: 'stringValue', value: 'metrics' } },
    },
  })

interface Metadata extends AsyncDisposable {
  readonly url: string
  readonly calls: { readonly name: string; readonly authorization: string | null }[]
}

/** ML Metadata with one run of several pages; `fail` may throw instead, for each call by its number. */
async function metadata(
  pages: Execution[][],
  fail: (call: number) => void = () => {},
  isGrpc = false,
): Promise<Metadata> {
  const calls: Metadata['calls'] = []
  const note = (name: string, header: Headers) => {
    calls.push({ name, authorization: header.get('authorization') })
    fail(calls.length - 1)
  }
  const routes = connectNodeAdapter({
    routes: (router) =>
      router.service(MetadataStoreService, {
        getContextByTypeAndName: ({ typeName, contextName }, { requestHeader }) => {
          note('context', requestHeader)
          return typeName === 'system.PipelineRun' && contextName === 'r1' ? { context: { id: 42n } } : {}
        },
        getExecutionsByContext: ({ contextId, options }, { requestHeader }) => {
          note('executions', requestHeader)
          const page = Number(options?.nextPageToken ?? 0)
          const next = page + 1 < pages.length ? String(page + 1) : ''
          return { executions: contextId === 42n ? (pages[page] ?? []) : [], nextPageToken: next }
        },
        getEventsByExecutionIDs: ({ executionIds }, { requestHeader }) => {
          note('events', requestHeader)
          return {
            events: executionIds.flatMap((executionId) => [
              event(executionId, executionId + 100n, 'metrics', 4),
              event(executionId, 1n, 'data', 3),
            ]),
          }
        },
        getArtifactsByID: ({ artifactIds }, { requestHeader }) => {
          note('artifacts', requestHeader)
          return { artifacts: artifactIds.map((id) => artifact(id, Number(id) / 1000)) }
        },
      }),
  })
  const server = isGrpc ? createHttp2Server(routes) : createServer(routes)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `${isGrpc ? 'grpc' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('ML Metadata', () => {
  const patience = { retries: 2, pauseMs: 1 }

  const pages = [
    [
      execution(1, 'for-loop-1', 3, { folds: ['a'] }),
      execution(4, 'train-3', 5, { fold: 'c' }, { auc: -2 }),
      execution(3, 'train', 4, { fold: 'b' }, { auc: 9 }),
    ],
    [
      execution(2, 'train', 3, { fold: 'a', params: {} }, { auc: 1.5 }),
      execution(5, 'train', 2, { fold: 'd' }),
    ],
  ]
  const expected = [
    { task: 'for-loop-1', inputs: { folds: ['a'] }, outputs: {}, artifacts: {} },
    { task: 'train', inputs: { fold: 'a', params: {} }, outputs: { auc: 1.5 }, artifacts: {} },
    { task: 'train-3', inputs: { fold: 'c' }, outputs: { auc: -2 }, artifacts: {} },
  ]

  it('gives what tasks gave that went well, in the order in which they began', async () => {
    await using store = await metadata(pages)
    const credentials = headerCredentials({ authorization: 'Bearer t' })
    const source = metadataStore(urlConnection(store.url, credentials), patience)
    expect(await all(source.read(run))).toEqual(expected)
    expect(store.calls).toEqual([
      { name: 'context', authorization: 'Bearer t' },
      { name: 'executions', authorization: 'Bearer t' },
      { name: 'executions', authorization: 'Bearer t' },
    ])
  })

  it('gives their artifacts where they are wanted', async () => {
    await using store = await metadata([[execution(2, 'evaluate', 3, {}, {})]])
    const source = metadataStore(urlConnection(store.url), patience)
    expect(await all(source.read(run, { withArtifacts: true }))).toEqual([
      {
        task: 'evaluate',
        inputs: {},
        outputs: {},
        artifacts: { metrics: { auc: 0.102, count: 7, display_name: 'metrics' } },
      },
    ])
    expect(store.calls.map(({ name }) => name)).toEqual(['context', 'executions', 'events', 'artifacts'])
  })

  it('is reached by gRPC as well', async () => {
    await using store = await metadata(pages, undefined, true)
    const credentials = headerCredentials({ authorization: 'Bearer t' })
    const source = metadataStore(metadataConnection(store.url, credentials), patience)
    await source.check()
    expect(await all(source.read(run))).toEqual(expected)
    expect(new Set(store.calls.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer t']))
  })

  it('knows nothing of a run before its first task', async () => {
    await using store = await metadata([[]])
    expect(await all(metadataStore(urlConnection(store.url), patience).read({ run_id: 'r2' }))).toEqual([])
  })

  it('is asked again when its database is busy', async () => {
    await using store = await metadata([[execution(2, 'train', 3, { fold: 'a' }, { auc: 1 })]], (call) => {
      if (call < 2) throw new ConnectError('deadlock', Code.Aborted)
    })
    expect(await all(metadataStore(urlConnection(store.url), patience).read(run))).toHaveLength(1)
    expect(store.calls).toHaveLength(4)
  })

  it.each([
    [Code.PermissionDenied, 'KFP_FORBIDDEN'],
    [Code.Unauthenticated, 'KFP_UNAUTHENTICATED'],
    [Code.Internal, 'KFP_FAILED'],
    [Code.Unavailable, 'KFP_UNAVAILABLE'],
  ])('that answers %i is an error without secrets', async (code, kind) => {
    await using store = await metadata([[]], () => {
      throw new ConnectError('what about secret-token', code)
    })
    const secret = headerCredentials({ authorization: 'Bearer secret-token' })
    await expect(
      all(metadataStore(urlConnection(store.url, secret), patience).read(run)),
    ).rejects.toMatchObject({
      code: kind,
      message: `ML Metadata at ${store.url}: ${Code[code]}: what about ***`,
    })
  })

  it.each([
    ['no such service', { status: 404, text: '<html>' } as const, 'KFP_NOT_FOUND'],
    ['a lost connection', 'lost' as const, 'KFP_UNAVAILABLE'],
    ['silence', 'silence' as const, 'KFP_TIMEOUT'],
  ])('with %s is an error', async (_, reply, code) => {
    await using server = await httpServer(() => reply)
    const source = metadataStore(urlConnection(server.url), {
      ...patience,
      ...(reply === 'silence' && { timeoutMs: 50 }),
    })
    await expect(all(source.read(run))).rejects.toMatchObject({ code })
  })

  it('where nothing answers is an error', async () => {
    const store = await metadata([[]])
    await store[Symbol.asyncDispose]()
    await expect(all(metadataStore(urlConnection(store.url), patience).read(run))).rejects.toMatchObject({
      code: 'KFP_UNAVAILABLE',
      message: expect.stringContaining('nothing answers there (ECONNREFUSED)'),
    })
  })

  it('is given up with the reason of the signal', async () => {
    await using server = await httpServer(() => 'silence')
    const caller = new AbortController()
    const reason = new Error('enough')
    const reading = all(
      metadataStore(urlConnection(server.url), patience).read(run, { signal: caller.signal }),
    )
    reading.catch(() => {})
    await expect.poll(() => server.received.length).toBe(1)
    caller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect(server.received).toHaveLength(1)
  })
})
