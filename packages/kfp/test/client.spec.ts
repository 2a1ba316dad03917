import { isFinal, KfpClient, urlConnection } from '@tune/kfp'
import { httpServer, type Reply } from '@tune/tooling/http-server'
import { describe, expect, it } from 'vitest'
import { all } from './all.ts'

const PATIENCE = { retries: 3, pauseMs: 1 }
const clientOf = ({ url }: { url: string }) => new KfpClient(urlConnection(url), PATIENCE)

describe('a call', () => {
  const calls: [string, string, (client: KfpClient) => Promise<unknown>][] = [
    ['GET /healthz', '', (c) => c.healthz()],
    ['POST /experiments', '', (c) => c.experiments.create({ display_name: 'e' })],
    ['GET /experiments/a%2Fb', '', (c) => c.experiments.get('a/b')],
    ['POST /experiments/e:archive', '', (c) => c.experiments.archive('e')],
    ['POST /experiments/e:unarchive', '', (c) => c.experiments.unarchive('e')],
    ['DELETE /experiments/e', '', (c) => c.experiments.delete('e')],
    ['POST /pipelines', '', (c) => c.pipelines.create({ display_name: 'p' })],
    [
      'POST /pipelines/create',
      '',
      (c) =>
        c.pipelines.createWithVersion({
          pipeline: { display_name: 'p' },
          pipeline_version: { display_name: 'v', package_url: { pipeline_url: 'https://x' } },
        }),
    ],
    ['GET /pipelines/p', '', (c) => c.pipelines.get('p')],
    ['GET /pipelines/names/n', 'namespace=ns', (c) => c.pipelines.getByName('n', 'ns')],
    ['DELETE /pipelines/p', 'cascade=true', (c) => c.pipelines.delete('p', { cascade: true })],
    [
      'POST /pipelines/p/versions',
      '',
      (c) =>
        c.pipelines.createVersion('p', { display_name: 'v', package_url: { pipeline_url: 'https://x' } }),
    ],
    ['GET /pipelines/p/versions/v', '', (c) => c.pipelines.getVersion('p', 'v')],
    ['DELETE /pipelines/p/versions/v', '', (c) => c.pipelines.deleteVersion('p', 'v')],
    ['GET /runs/r', '', (c) => c.runs.get('r')],
    ['GET /runs/r', 'view=FULL', (c) => c.runs.get('r', { withTasks: true })],
    ['POST /runs/r:terminate', '', (c) => c.runs.terminate('r')],
    ['POST /runs/r:retry', '', (c) => c.runs.retry('r')],
    ['POST /runs/r:archive', '', (c) => c.runs.archive('r')],
    ['POST /runs/r:unarchive', '', (c) => c.runs.unarchive('r')],
    ['DELETE /runs/r', '', (c) => c.runs.delete('r')],
    ['GET /recurringruns/r', '', (c) => c.recurringRuns.get('r')],
    ['POST /recurringruns/r:enable', '', (c) => c.recurringRuns.enable('r')],
    ['POST /recurringruns/r:disable', '', (c) => c.recurringRuns.disable('r')],
    ['DELETE /recurringruns/r', '', (c) => c.recurringRuns.delete('r')],
  ]

  it.each(calls)('is %s?%s', async (request, query, call) => {
    await using server = await httpServer(() => ({ json: {} }))
    await call(clientOf(server))
    const [received] = server.received
    expect(`${received?.method} ${received?.path.replace('/apis/v2beta1', '')}`).toBe(request)
    expect(received?.query.toString()).toBe(query)
  })

  it('that creates a run sends it as it is and gives what the server made of it', async () => {
    await using server = await httpServer(() => ({
      json: { run_id: 'r', display_name: 't1', state: 'PENDING' },
    }))
    const run = {
      display_name: 't1',
      experiment_id: 'e',
      pipeline_version_reference: { pipeline_id: 'p' },
      runtime_config: { parameters: { days: ['d1'] } },
      service_account: 'sim',
    }
    expect(await clientOf(server).runs.create(run)).toEqual({
      run_id: 'r',
      display_name: 't1',
      state: 'PENDING',
    })
    expect(server.received).toMatchObject([
      { method: 'POST', path: '/apis/v2beta1/runs', headers: { 'content-type': 'application/json' } },
    ])
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual(run)
  })

  it('keeps the path under which a gateway shows the server', async () => {
    await using server = await httpServer(() => ({ json: {} }))
    await new KfpClient(urlConnection(`${server.url}/pipeline/`)).runs.get('r')
    expect(server.received[0]?.path).toBe('/pipeline/apis/v2beta1/runs/r')
  })

  it('uploads YAML as a file', async () => {
    await using server = await httpServer(() => ({ json: { pipeline_id: 'p' } }))
    const client = clientOf(server)
    await client.pipelines.upload('a: 1\n', { display_name: 'My week', tags: { team: 'x' } })
    await client.pipelines.uploadVersion('p', 'a: 2\n', { display_name: 'v2' })
    expect(server.received.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual([
      '/apis/v2beta1/pipelines/upload?display_name=My+week&tags=%7B%22team%22%3A%22x%22%7D',
      '/apis/v2beta1/pipelines/upload_version?pipelineid=p&display_name=v2',
    ])
    expect(server.received[1]?.headers['content-type']).toContain('multipart/form-data')
    expect(server.received[1]?.body).toMatch(/name="uploadfile"; filename="pipeline.yaml"[\s\S]*a: 2\n/)
  })
})

describe('a list', () => {
  const page = (from: number, next?: string): Reply => ({
    json: {
      runs: [from, from + 1].map((n) => ({ run_id: `r${n}` })),
      total_size: 6,
      ...(next && { next_page_token: next }),
    },
  })

  it('goes through all pages with the same question', async () => {
    const pages = [page(0, 'a'), page(2, 'b'), page(4)]
    await using server = await httpServer((_, index) => pages[index] as Reply)
    const runs = clientOf(server).runs.list({
      experimentId: 'e',
      predicates: [{ operation: 'EQUALS', key: 'state', string_value: 'FAILED' }],
      pageSize: 2,
    })
    expect((await all(runs)).map((run) => run.run_id)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5'])
    expect(server.received.map(({ query }) => query.get('page_token'))).toEqual([null, 'a', 'b'])
    for (const { query } of server.received) {
      expect(query.get('experiment_id')).toBe('e')
      expect(query.get('page_size')).toBe('2')
      expect(query.get('sort_by')).toBe('created_at asc')
    }
  })

  it('sends its filter encoded once more than the query, since the server decodes it again', async () => {
    await using server = await httpServer(() => ({ json: {} }))
    const name = 'a b%20"ä'
    expect(await clientOf(server).runs.find(name)).toBeUndefined()
    expect(JSON.parse(decodeURIComponent(server.received[0]?.query.get('filter') ?? ''))).toEqual({
      predicates: [{ operation: 'EQUALS', key: 'display_name', string_value: name }],
    })
  })

  it('reads no page that is not asked for', async () => {
    await using server = await httpServer(() => page(0, 'a'))
    expect(await clientOf(server).runs.find('t1')).toEqual({ run_id: 'r0' })
    expect(server.received).toHaveLength(1)
  })

  it('ends when a page leads back to itself', async () => {
    await using server = await httpServer(() => page(0, 'a'))
    await expect(all(clientOf(server).runs.list())).rejects.toMatchObject({ code: 'KFP_FAILED' })
    expect(server.received).toHaveLength(2)
  })

  it.each([
    ['experiments', (c: KfpClient) => c.experiments.list()],
    ['pipelines', (c: KfpClient) => c.pipelines.list()],
    ['pipeline_versions', (c: KfpClient) => c.pipelines.listVersions('p')],
    ['recurringRuns', (c: KfpClient) => c.recurringRuns.list()],
    ['tasks', (c: KfpClient) => c.runs.tasks('r')],
  ])('of %s is read from the field of that name', async (field, list) => {
    await using server = await httpServer(() => ({ json: { [field]: [{ display_name: 'x' }] } }))
    expect(await all<unknown>(list(clientOf(server)))).toEqual([{ display_name: 'x' }])
  })
})

describe('a log', () => {
  it('is read as text', async () => {
    await using server = await httpServer(() => ({ text: 'erste Zeile ä\nzweite\n' }))
    expect((await all(clientOf(server).runs.log('r', 'pod-1'))).join('')).toBe('erste Zeile ä\nzweite\n')
    expect(server.received[0]).toMatchObject({ path: '/apis/v1alpha1/runs/r/nodes/pod-1/log' })
  })

  it('is followed for as long as it is silent, until the caller has enough', async () => {
    await using server = await httpServer(() => 'silence')
    const client = new KfpClient(urlConnection(server.url), { timeoutMs: 20, retries: 0 })
    const enough = new AbortController()
    const log = all(client.runs.log('r', 'pod', { follow: true, signal: enough.signal }))
    await expect.poll(() => server.received.length).toBe(1)
    setTimeout(() => enough.abort(new Error('enough')), 100)
    await expect(log).rejects.toThrow('enough')
    expect(server.received).toHaveLength(1)
    expect(server.received[0]?.query.get('follow')).toBe('true')
  })
})

describe('what a server is', () => {
  const healthz = { commit_sha: 'c', tag_name: '2.14.0', multi_user: true, pipeline_store: 'kubernetes' }
  const probing = (artifacts: Reply, health: object = healthz) =>
    httpServer(({ path }) => (path.endsWith('/healthz') ? { json: health } : artifacts))

  it('is asked once', async () => {
    await using server = await probing({ json: {} })
    const client = clientOf(server)
    const info = await client.server()
    expect(info).toEqual({
      version: '2.14.0',
      multiUser: true,
      pipelineStore: 'kubernetes',
      nativeTasks: true,
    })
    expect(await client.server()).toBe(info)
    expect(server.received).toHaveLength(2)
  })

  it('may have no version and little else', async () => {
    await using server = await probing(
      { status: 404, json: { code: 5, message: 'Not Found' } },
      { tag_name: 'unknown' },
    )
    expect(await clientOf(server).server()).toEqual({
      version: undefined,
      multiUser: false,
      pipelineStore: 'database',
      nativeTasks: false,
    })
  })

  it.each([400, 403])('includes native tasks when they are kept from this caller by %i', async (status) => {
    await using server = await probing({ status, json: { code: 3, message: 'namespace' } })
    expect(await clientOf(server).server()).toMatchObject({ nativeTasks: true })
  })

  it('is asked again after it did not answer', async () => {
    let broken = true
    await using server = await httpServer(() => (broken ? { status: 501, text: '' } : { json: {} }))
    const client = clientOf(server)
    await expect(client.server()).rejects.toMatchObject({ code: 'KFP_FAILED' })
    broken = false
    expect(await client.server()).toMatchObject({ nativeTasks: true })
  })
})

describe('an experiment by name', () => {
  it('is found, or made, or found because somebody else made it', async () => {
    const replies: Reply[] = [
      { json: { experiments: [{ experiment_id: 'old' }] } },
      { json: {} },
      { json: { experiment_id: 'new' } },
      { json: {} },
      { status: 409, json: { code: 6, message: 'exists' } },
      { json: { experiments: [{ experiment_id: 'theirs' }] } },
    ]
    await using server = await httpServer((_, index) => replies[index] as Reply)
    const { experiments } = clientOf(server)
    const ids = []
    for (let i = 0; i < 3; i++)
      ids.push((await experiments.findOrCreate({ display_name: 'e' })).experiment_id)
    expect(ids).toEqual(['old', 'new', 'theirs'])
  })
})

describe('a recurring run', () => {
  const recurring = (cron: string) => ({
    display_name: 'nightly',
    pipeline_version_reference: { pipeline_id: 'p' },
    max_concurrency: '1',
    mode: 'ENABLE' as const,
    trigger: { cron_schedule: { cron } },
  })

  it('has a cron line of six fields, or none is made', async () => {
    await using server = await httpServer(() => ({ json: { recurring_run_id: 'x' } }))
    const { recurringRuns } = clientOf(server)
    await expect(recurringRuns.create(recurring('0 2 * * *'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    expect(server.received).toHaveLength(0)
    await recurringRuns.create(recurring('0 0 2 * * *'))
    await recurringRuns.create(recurring('@every 1h'))
    expect(server.received).toHaveLength(2)
  })
})

describe('the state of a run', () => {
  it.each([
    ['SUCCEEDED', true],
    ['FAILED', true],
    ['CANCELED', true],
    ['SKIPPED', true],
    ['CANCELING', false],
    ['PENDING', false],
    ['RUNNING', false],
    ['PAUSED', false],
    ['RUNTIME_STATE_UNSPECIFIED', false],
    [undefined, false],
  ] as const)('%s is final: %s', (state, final) => {
    expect(isFinal(state)).toBe(final)
  })
})
