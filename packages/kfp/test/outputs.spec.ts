import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '@bufbuild/protobuf'
import { create } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import {
  collect,
  type DayProfit,
  type DaySource,
  daySource,
  headerCredentials,
  KfpClient,
  metadataStore,
  nativeTasks,
  urlConnection,
} from '@tune/kfp'
import type { PipelineTask } from '@tune/kfp/api'
import { describe, expect, it } from 'vitest'
import {
  type Execution,
  ExecutionSchema,
  MetadataStoreService,
} from '../src/outputs/metadata/metadata_store_pb.ts'
import { all } from './all.ts'
import { httpServer } from './http-server.ts'

const run = { run_id: 'r1', display_name: 't1' }
const DAYS = ['mon', 'tue', 'wed']

const sourceOf = (...days: readonly DayProfit[]): DaySource => ({
  async *read() {
    yield* days
  },
})

describe('the profits of a run', () => {
  const [mon, tue, wed] = DAYS.map((day, index) => ({ day, profit: index + 0.5 })) as [
    DayProfit,
    DayProfit,
    DayProfit,
  ]

  it('come in the order of the days, others left out', async () => {
    const source = sourceOf(wed, { day: 'sun', profit: 9 }, mon, tue)
    expect(await collect(run, DAYS, source)).toEqual([mon, tue, wed])
  })

  it('are never those of a part of the days', async () => {
    await expect(collect(run, DAYS, sourceOf(tue))).rejects.toMatchObject({
      code: 'KFP_OUTPUTS',
      message: "run 't1' (r1): no profit of mon, wed",
      details: { run_id: 'r1', missing: ['mon', 'wed'] },
    })
  })

  it('are the last ones where a day comes twice', async () => {
    const source = sourceOf({ day: 'mon', profit: 7 }, mon, tue, wed)
    expect(await collect(run, DAYS, source)).toEqual([mon, tue, wed])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('are not %d', async (profit) => {
    await expect(collect(run, DAYS, sourceOf(mon, tue, { day: 'wed', profit }))).rejects.toMatchObject({
      code: 'KFP_OUTPUTS',
      message: expect.stringContaining(`the profit of wed is ${profit}`),
    })
  })
})

/** A task of the native API as it is when a day was simulated. */
const task = (day: string, profit: number | undefined, more: Partial<PipelineTask> = {}): PipelineTask => ({
  task_id: `id-${day}`,
  name: 'simulate-day',
  state: 'SUCCEEDED',
  inputs: {
    parameters: [
      { parameter_key: 'day', value: day, type: 'COMPONENT_INPUT' },
      { parameter_key: 'params', value: { day: 'no' } },
    ],
  },
  outputs: {
    parameters: profit === undefined ? [] : [{ parameter_key: 'profit', value: profit, type: 'OUTPUT' }],
  },
  ...more,
})

describe('native tasks', () => {
  it('give the profits of the days that are there', async () => {
    const pages = [
      [
        task('mon', 1),
        task('tue', 2, { state: 'CACHED', name: 'simulate-day-2' }),
        task('wed', 3, { state: 'FAILED' }),
      ],
      [
        task('thu', undefined, { state: 'RUNNING' }),
        { task_id: 'loop', name: 'for-loop-1', state: 'SUCCEEDED' },
        task('fri', 5, { name: 'collect' }),
      ],
    ]
    await using server = await httpServer((_, index) => ({
      json: { tasks: pages[index], ...(index === 0 && { next_page_token: 'p2' }) },
    }))
    const client = new KfpClient(urlConnection(server.url))
    expect(await all(nativeTasks(client).read(run))).toEqual([
      { day: 'mon', profit: 1 },
      { day: 'tue', profit: 2 },
    ])
    expect(server.received[0]?.path).toBe('/apis/v2beta1/runs/r1/tasks')
  })
})

describe('the source of profits', () => {
  const serverWith = (artifacts: number) =>
    httpServer(({ path }) =>
      path.endsWith('/healthz') ? { json: { tag_name: '2.14.0' } } : { status: artifacts, json: {} },
    )
  const other = sourceOf({ day: 'mon', profit: 1 })
  const sideChannel = sourceOf({ day: 'mon', profit: 2 })

  it('is the side channel where there is one, and the server is not even asked', async () => {
    await using server = await serverWith(200)
    const client = new KfpClient(urlConnection(server.url))
    expect(await daySource(client, { sideChannel, metadata: other })).toBe(sideChannel)
    expect(server.received).toHaveLength(0)
  })

  it('is the server where it has native tasks', async () => {
    await using server = await serverWith(200)
    const source = await daySource(new KfpClient(urlConnection(server.url)), { metadata: other })
    expect(source).not.toBe(other)
    expect(await all(source.read(run))).toEqual([])
    expect(server.received.at(-1)?.path).toBe('/apis/v2beta1/runs/r1/tasks')
  })

  it('is ML Metadata elsewhere', async () => {
    await using server = await serverWith(404)
    expect(await daySource(new KfpClient(urlConnection(server.url)), { metadata: other })).toBe(other)
  })

  it('is an error where there is none', async () => {
    await using server = await serverWith(404)
    await expect(daySource(new KfpClient(urlConnection(server.url)))).rejects.toMatchObject({
      code: 'KFP_UNSUPPORTED_VERSION',
      message: expect.stringContaining('version 2.14.0, does not show them'),
    })
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

interface Metadata extends AsyncDisposable {
  readonly url: string
  readonly calls: { readonly name: string; readonly authorization: string | null }[]
}

/** ML Metadata with one run of several pages; `fail` may throw instead, for each call by its number. */
async function metadata(pages: Execution[][], fail: (call: number) => void = () => {}): Promise<Metadata> {
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
      }),
  })
  const server = createServer(routes)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('ML Metadata', () => {
  const patience = { retries: 2, pauseMs: 1 }

  it('gives the profits of the days that are there', async () => {
    await using store = await metadata([
      [
        execution(1, 'for-loop-1', 3, { days: ['mon'] }, { profit: 1 }),
        execution(2, 'simulate-day', 3, { day: 'mon', params: {} }, { profit: 1.5 }),
        execution(3, 'simulate-day', 4, { day: 'tue' }, { profit: 9 }),
      ],
      [
        execution(4, 'simulate-day-3', 5, { day: 'wed' }, { profit: -2 }),
        execution(5, 'simulate-day', 2, { day: 'thu' }),
        execution(6, 'collect', 3, { profits: [1] }, { profit: 1 }),
      ],
    ])
    const source = metadataStore(
      urlConnection(store.url, headerCredentials({ authorization: 'Bearer t' })),
      patience,
    )
    expect(await all(source.read(run))).toEqual([
      { day: 'mon', profit: 1.5 },
      { day: 'wed', profit: -2 },
    ])
    expect(store.calls).toEqual([
      { name: 'context', authorization: 'Bearer t' },
      { name: 'executions', authorization: 'Bearer t' },
      { name: 'executions', authorization: 'Bearer t' },
    ])
  })

  it('knows nothing of a run before its first task', async () => {
    await using store = await metadata([[]])
    expect(
      await all(metadataStore(urlConnection(store.url), patience).read({ ...run, run_id: 'r2' })),
    ).toEqual([])
  })

  it('is asked again when its database is busy', async () => {
    await using store = await metadata(
      [[execution(2, 'simulate-day', 3, { day: 'mon' }, { profit: 1 })]],
      (call) => {
        if (call < 2) throw new ConnectError('deadlock', Code.Aborted)
      },
    )
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
    const reading = all(metadataStore(urlConnection(server.url), patience).read(run, caller.signal))
    reading.catch(() => {})
    await expect.poll(() => server.received.length).toBe(1)
    caller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect(server.received).toHaveLength(1)
  })
})
