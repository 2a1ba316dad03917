import { type RunRequest, systemClock } from '@tune/core'
import { KfpClient, type KfpRunnerOptions, kfpRunner, urlConnection } from '@tune/kfp'
import { httpServer, type Received, type Reply } from '@tune/tooling/http-server'
import { describe, expect, it } from 'vitest'

const request: RunRequest = {
  study: 's',
  studyId: 'i',
  number: 3,
  params: {},
  attempt: 0,
  slot: 0,
  mayExist: false,
}
const signal = new AbortController().signal
const made: Reply = { json: { run_id: 'r1', display_name: 'n' } }
const refusal = (message: string): Reply => ({ status: 500, json: { code: 13, message } })

/** A server that answers so when it is asked for a run, the last answer for good. */
async function place(answers: readonly Reply[], options: Partial<KfpRunnerOptions> = {}) {
  const left = [...answers]
  const server = await httpServer(({ method, path }: Received): Reply => {
    if (path.endsWith('/healthz')) return { json: { tag_name: '2.17.0' } }
    if (path.endsWith('/artifacts')) return { status: 404, json: {} }
    if (method === 'GET') return { json: { runs: [] } }
    return (left.length > 1 ? left.shift() : left[0]) as Reply
  })
  const runner = kfpRunner({
    client: new KfpClient(urlConnection(server.url), { retries: 0, pauseMs: 1 }),
    experimentId: 'e',
    run: () => ({ pipeline_version_reference: { pipeline_id: 'p' } }),
    metrics: {},
    outputs: { name: 'none', check: async () => {}, async *read() {} },
    clock: systemClock,
    ...options,
  })
  return {
    runner,
    asked: (method: string) =>
      server.received.filter((each) => each.method === method && each.path.endsWith('/runs')),
    [Symbol.asyncDispose]: async () => {
      await runner[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

describe('the start of a run', () => {
  it('asks for it, and for nothing else, where it is new', async () => {
    await using here = await place([made])
    expect(await here.runner.start(request, signal)).toMatchObject({ run: 'r1' })
    expect([here.asked('POST').length, here.asked('GET').length]).toEqual([1, 0])
    expect(JSON.parse(here.asked('POST')[0]?.body ?? '')).toMatchObject({
      display_name: expect.stringMatching(/^s-3-[0-9a-f]{20}$/),
      description: "Trial 3 of the study 's'",
      experiment_id: 'e',
    })
  })

  it('looks for it first where a process before may have started it', async () => {
    await using here = await place([made])
    await here.runner.start({ ...request, mayExist: true }, signal)
    expect([here.asked('POST').length, here.asked('GET').length]).toEqual([1, 1])
  })

  it.each<[string, Reply]>([
    ['is not ready', { status: 503, json: {} }],
    ['failed once', refusal('Failed to create a workflow: deadlock')],
    ['does not know a token that has expired', { status: 401, json: {} }],
  ])('is tried again by a server that %s', async (_, answer) => {
    await using here = await place([answer, made])
    expect(await here.runner.start(request, signal)).toMatchObject({ run: 'r1' })
  })

  it.each([
    'Failed to create a run: Failed to generate the ExecutionSpec: Failed to compile job: unknown task',
    'Failed to create a run due to error fetching manifest: invalid v2 pipeline spec',
    'Failed to validate workflow for (x)',
  ])('is refused at once by a server that says: %s', async (message) => {
    await using here = await place([refusal(message)])
    await expect(here.runner.start(request, signal)).rejects.toMatchObject({
      code: 'KFP_REFUSED',
      message: expect.stringContaining(message),
    })
    expect(here.asked('POST')).toHaveLength(1)
  })

  it('is given up where the server goes on failing', async () => {
    await using here = await place([refusal('no space left')])
    await expect(here.runner.start(request, signal)).rejects.toMatchObject({ code: 'KFP_FAILED' })
    expect(here.asked('POST')).toHaveLength(3)
  })

  it('is given up when the patience is over', async () => {
    await using here = await place([{ status: 503, json: {} }], { patienceMs: 0 })
    await expect(here.runner.start(request, signal)).rejects.toMatchObject({ code: 'KFP_UNAVAILABLE' })
  })
})
