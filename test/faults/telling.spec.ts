import { httpServer } from '@tune/tooling/http-server'
import { describe, it } from 'vitest'
import { freePort, type Workplace, workplace } from '../e2e/tuner.ts'

async function tuneTelling(place: Workplace, url: string) {
  await place.write(
    'study.yaml',
    `study: told
metrics: { loss: minimize }
space: { x: { type: float, low: 0, high: 1 } }
trials: 2
objective: { command: [echo, 'loss={x}'] }
notify: { webhook: { url: '${url}/s3cr3t' } }
`,
  )
  return place.tuner('run', 'study.yaml', '--storage', 'sqlite:tune.db')
}

const failed = (why: string) => ({
  code: 0,
  err: `tuner: notify.webhook: the message was not sent: ${why}\n`,
})

describe.concurrent('a tuning ends well whose message meets an endpoint', () => {
  it('that is down for good, in one line', async ({ expect }) => {
    await using place = await workplace()
    const ended = await tuneTelling(place, `http://127.0.0.1:${await freePort()}`)
    expect(ended).toMatchObject(failed('it cannot be reached (ECONNREFUSED)'))
  })

  it('that never answers, in one line, and gets it once', async ({ expect }) => {
    await using place = await workplace()
    await using server = await httpServer(() => 'silence')
    expect(await tuneTelling(place, server.url)).toMatchObject(failed('it did not answer within 60 s'))
    expect(server.received).toHaveLength(1)
  })

  it('that is down for twenty seconds, and gets it once', async ({ expect }) => {
    await using place = await workplace()
    const port = await freePort()
    const ended = tuneTelling(place, `http://127.0.0.1:${port}`)
    await new Promise((done) => setTimeout(done, 20_000))
    await using server = await httpServer(() => ({ text: '' }), port)
    expect(await ended).toMatchObject({ code: 0, err: '' })
    expect(server.received).toHaveLength(1)
  })

  it('that is full for a while, and gets it once', async ({ expect }) => {
    await using place = await workplace()
    await using server = await httpServer((_, index) =>
      index < 3 ? { status: 429, text: '', headers: { 'retry-after': '2' } } : { text: 'ok' },
    )
    expect(await tuneTelling(place, server.url)).toMatchObject({ code: 0, err: '' })
    expect(server.received).toHaveLength(4)
  })
})
