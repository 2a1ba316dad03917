import { createDatabase } from '@tune/tooling/mysql'
import { describe, it } from 'vitest'
import { switchableProxy } from '../faults/switchable-proxy.ts'
import { freePort, smallStudy, workplace } from './tuner.ts'

const command = `study: watched
metrics: { m: maximize }
trials: 2
parallel: 2
space: { x: { type: float, low: 0, high: 1 } }
objective: { command: [sh, -c, 'until [ -e go ]; do sleep 0.1; done; echo m={x}'] }
`

/** What a tuner answers, where it does. */
async function asked(port: number, path: string) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
  return { code: response?.status, said: await response?.json() }
}

describe.concurrent('a tuner that is looked after', () => {
  it('is ready once its study is open, and not while its storage is away', async ({ expect }) => {
    await using place = await workplace()
    const database = await createDatabase()
    const storage = new URL(database.url)
    await using proxy = await switchableProxy(Number(storage.port))
    storage.port = String(proxy.port)
    await place.write('study.yaml', `${command}storage: ${storage.href}\n`)
    const port = await freePort()
    const running = place.start('run', 'study.yaml', '--health-port', String(port))
    const ready = {
      code: 200,
      said: { status: 'ready', study: 'watched', trials: expect.objectContaining({ running: 2 }) },
    }
    await expect.poll(() => asked(port, '/readyz')).toEqual(ready)
    expect(await asked(port, '/healthz')).toEqual({ code: 200, said: { status: 'ok' } })
    expect((await asked(port, '/')).code).toBe(404)
    expect(await place.tuner('health', '--health-port', String(port))).toEqual({ code: 0, out: '', err: '' })
    proxy.close()
    await expect
      .poll(() => asked(port, '/readyz'))
      .toEqual({ code: 503, said: { status: 'the storage does not answer', study: 'watched' } })
    expect((await asked(port, '/healthz')).code).toBe(200)
    proxy.open()
    await expect.poll(() => asked(port, '/readyz')).toEqual(ready)
    await place.write('go', '')
    expect((await running.ended).code).toBe(0)
    await database.drop()
  })

  it('says so where its port is taken, and ends', async ({ expect }) => {
    await using place = await workplace()
    await place.write('one.yaml', command)
    await place.write('two.yaml', smallStudy())
    const port = String(await freePort())
    const one = place.start('run', 'one.yaml', '--health-port', port)
    await expect.poll(() => asked(Number(port), '/readyz')).toMatchObject({ code: 200 })
    expect(await place.tuner('run', 'two.yaml', '--health-port', port)).toEqual({
      code: 2,
      out: '',
      err: `tuner: --health-port: ${port} cannot be listened at (EADDRINUSE); choose another one\n`,
    })
    await place.write('go', '')
    expect((await one.ended).code).toBe(0)
    expect(await asked(Number(port), '/healthz')).toEqual({ code: undefined, said: undefined })
  })

  it('is not well where it does not answer well', async ({ expect }) => {
    await using place = await workplace()
    await using proxy = await switchableProxy(await freePort())
    proxy.close()
    const { code } = await place.tuner('health', '--health-port', String(proxy.port))
    expect(code).toBe(1)
    const nobody = String(await freePort())
    expect((await place.tuner('health', '--health-port', nobody)).code).toBe(0)
  })
})
