import { type HttpOptions, KfpClient, urlConnection } from '@tune/kfp'
import { httpServer, type Received, type Reply } from '@tune/tooling/http-server'
import { describe, expect, it } from 'vitest'

const clientOf = ({ url }: { url: string }, options: HttpOptions = {}) =>
  new KfpClient(urlConnection(url), { retries: 3, pauseMs: 1, ...options })

/** Long enough for a request to arrive on a slow machine, where the server is silent. */
const impatientFor = (reply: Reply) => (reply === 'silence' ? { timeoutMs: 3000 } : {})

const newRun = { display_name: 't1', experiment_id: 'e', pipeline_version_reference: { pipeline_id: 'p' } }

const posts = (received: readonly Received[]) => received.filter(({ method }) => method === 'POST').length

describe('an answer that is an error', () => {
  it.each([
    [400, 'KFP_REFUSED'],
    [401, 'KFP_UNAUTHENTICATED'],
    [403, 'KFP_FORBIDDEN'],
    [404, 'KFP_NOT_FOUND'],
    [409, 'KFP_CONFLICT'],
    [422, 'KFP_REFUSED'],
    [429, 'KFP_UNAVAILABLE'],
    [500, 'KFP_FAILED'],
    [503, 'KFP_UNAVAILABLE'],
  ])('%i is %s, with what the server says', async (status, code) => {
    await using server = await httpServer(() => ({ status, json: { code: 1, message: 'what\n  it is' } }))
    await expect(clientOf(server).runs.create(newRun)).rejects.toMatchObject({
      code,
      message: `Kubeflow Pipelines at ${server.url}, POST /apis/v2beta1/runs: ${status} what it is`,
      details: { status },
    })
  })

  it.each([
    ['of an upload', { error_message: 'bad file', error_details: 'long' }, 'bad file'],
    ['of a server up to 2.5', { error: 'old words' }, 'old words'],
    ['of something else', { other: 1 }, '{"other":1}'],
  ])('is read when it is one %s', async (_, json, message) => {
    await using server = await httpServer(() => ({ status: 400, json }))
    await expect(clientOf(server).runs.get('r')).rejects.toThrow(`: 400 ${message}`)
  })

  it('of a gateway that wants the caller to log in says so', async () => {
    const headers = { location: 'https://example.org/dex/auth?state=abc' }
    await using server = await httpServer(() => ({ status: 302, text: '', headers }))
    await expect(clientOf(server).runs.get('r')).rejects.toMatchObject({
      code: 'KFP_UNAUTHENTICATED',
      message: expect.stringContaining("to '/dex/auth'"),
    })
  })

  it.each([
    ['an HTML page', '<!doctype html><title>Log in</title>', 'not JSON but an HTML page'],
    ['no JSON', 'hello', 'not JSON but 5 bytes'],
  ])('is also %s', async (_, text, message) => {
    await using server = await httpServer(() => ({ text }))
    await expect(clientOf(server).runs.create(newRun)).rejects.toMatchObject({
      code: 'KFP_FAILED',
      message: expect.stringContaining(message),
    })
  })
})

describe('a request that may be repeated', () => {
  it.each<[string, Reply]>([
    ['an overloaded server', { status: 503, text: 'upstream' }],
    ['a failed server', { status: 500, json: { code: 13, message: 'deadlock' } }],
    ['a lost connection', 'lost'],
  ])('is, after %s', async (_, reply) => {
    await using server = await httpServer((__, index) => (index < 2 ? reply : { json: { run_id: 'r' } }))
    expect(await clientOf(server).runs.get('r')).toEqual({ run_id: 'r' })
    expect(server.received).toHaveLength(3)
  })

  it('is, after silence', async () => {
    await using server = await httpServer((_, index) => (index < 1 ? 'silence' : { json: { run_id: 'r' } }))
    // On a slow machine more attempts than the first are in vain.
    const client = clientOf(server, { timeoutMs: 100, retries: 1000 })
    expect(await client.runs.get('r')).toEqual({ run_id: 'r' })
  })

  it('is not repeated forever', async () => {
    await using server = await httpServer(() => 'silence')
    let attempts = 0
    const counting = { authorize: async () => (attempts++, { headers: {} }) }
    const client = new KfpClient(urlConnection(server.url, counting), {
      retries: 3,
      pauseMs: 1,
      timeoutMs: 20,
    })
    await expect(client.runs.terminate('r')).rejects.toMatchObject({
      code: 'KFP_TIMEOUT',
      details: { timeoutMs: 20 },
    })
    expect(attempts).toBe(4)
  })

  it('is not repeated when the server understood it', async () => {
    await using server = await httpServer(() => ({ status: 400, json: { message: 'over' } }))
    await expect(clientOf(server).runs.terminate('r')).rejects.toMatchObject({ code: 'KFP_REFUSED' })
    expect(server.received).toHaveLength(1)
  })

  it('has deleted what the second attempt does not find', async () => {
    await using server = await httpServer((_, index) => (index === 0 ? 'lost' : { status: 404, json: {} }))
    await clientOf(server).runs.delete('r')
    expect(server.received).toHaveLength(2)
  })

  it('ends with the reason of its signal', async () => {
    await using server = await httpServer(() => 'silence')
    const caller = new AbortController()
    const reason = new Error('enough')
    const asking = clientOf(server).runs.get('r', { signal: caller.signal })
    asking.catch(() => {})
    await expect.poll(() => server.received.length).toBe(1)
    caller.abort(reason)
    await expect(asking).rejects.toBe(reason)
    await expect(clientOf(server).runs.get('r', { signal: caller.signal })).rejects.toBe(reason)
    expect(server.received).toHaveLength(1)
  })
})

describe('a request that creates', () => {
  it.each<[string, Reply, string]>([
    ['an overloaded server', { status: 503, text: '' }, 'KFP_UNAVAILABLE'],
    ['a failed server', { status: 500, json: {} }, 'KFP_FAILED'],
    ['a lost connection', 'lost', 'KFP_UNAVAILABLE'],
    ['silence', 'silence', 'KFP_TIMEOUT'],
  ])('is never repeated after %s', async (_, reply, code) => {
    await using server = await httpServer(() => reply)
    await expect(clientOf(server, impatientFor(reply)).runs.create(newRun)).rejects.toMatchObject({ code })
    expect(server.received).toHaveLength(1)
  })

  it('waits for a server that is not there yet', async () => {
    const { port } = new URL(await unusedUrl())
    const client = new KfpClient(urlConnection(`http://127.0.0.1:${port}`), { retries: 8, pauseMs: 20 })
    const created = client.runs.create(newRun)
    await using server = await httpServer(() => ({ json: { run_id: 'r' } }), Number(port))
    expect(await created).toEqual({ run_id: 'r' })
    expect(server.received).toHaveLength(1)
  })

  it('says that nothing answers', async () => {
    const url = await unusedUrl()
    await expect(clientOf({ url }).runs.create(newRun)).rejects.toMatchObject({
      code: 'KFP_UNAVAILABLE',
      message: expect.stringContaining('nothing answers there (ECONNREFUSED)'),
    })
  })
})

describe('a run that is created once', () => {
  /** A server that keeps runs, and answers the first creation as told, after or without doing it. */
  const keeping = (reply: Reply | undefined, { does = true, before = 0 } = {}) => {
    const runs = Array.from({ length: before }, (_, index) => ({
      run_id: `old-${index}`,
      display_name: 't1',
    }))
    return httpServer(({ method, query }) => {
      if (method === 'GET') {
        const filter = decodeURIComponent(query.get('filter') ?? '')
        return { json: { runs: runs.filter((run) => filter.includes(`"${run.display_name}"`)) } }
      }
      const run = { run_id: `run-${runs.length}`, display_name: 't1' }
      if (does) runs.push(run)
      return reply ?? { json: run }
    })
  }

  it('is created where there is none', async () => {
    await using server = await keeping(undefined)
    expect(await clientOf(server).runs.createOnce(newRun)).toMatchObject({ run_id: 'run-0' })
    expect(posts(server.received)).toBe(1)
    expect(server.received[0]?.query.get('experiment_id')).toBe('e')
  })

  it('is the oldest where there are some', async () => {
    await using server = await keeping(undefined, { before: 2 })
    expect(await clientOf(server).runs.createOnce(newRun)).toMatchObject({ run_id: 'old-0' })
    expect(posts(server.received)).toBe(0)
  })

  it.each<[string, Reply]>([
    ['was lost', 'lost'],
    ['never came', 'silence'],
    ['was an error of a proxy', { status: 504, text: 'gateway timeout' }],
    ['was an error of the server', { status: 500, json: { message: 'Internal' } }],
  ])('is found when the answer %s', async (_, reply) => {
    await using server = await keeping(reply)
    expect(
      await clientOf(server, { ...impatientFor(reply), retries: 1000 }).runs.createOnce(newRun),
    ).toMatchObject({ run_id: 'run-0' })
    expect(posts(server.received)).toBe(1)
  })

  it('fails with the first error when it never shows up, and was asked for once', async () => {
    await using server = await keeping(
      { status: 500, json: { message: 'bad specification' } },
      { does: false },
    )
    await expect(clientOf(server).runs.createOnce(newRun)).rejects.toMatchObject({
      code: 'KFP_FAILED',
      message: expect.stringContaining('bad specification'),
    })
    expect(posts(server.received)).toBe(1)
  })

  it('is not looked for when the server refused it', async () => {
    await using server = await keeping({ status: 400, json: { message: 'no' } }, { does: false })
    await expect(clientOf(server).runs.createOnce(newRun)).rejects.toMatchObject({ code: 'KFP_REFUSED' })
    expect(server.received).toHaveLength(2)
  })
})

/** Where nothing listens. */
async function unusedUrl(): Promise<string> {
  const server = await httpServer(() => 'lost')
  await server[Symbol.asyncDispose]()
  return server.url
}
