import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type HttpServer, httpServer } from '@tune/tooling/http-server'
import { describe, it } from 'vitest'
import { type Workplace, workplace } from './tuner.ts'

/** A study of a shell command that tells how it ended. */
const study = (url: string, script: string, more = '') =>
  `study: told
metrics: { loss: minimize }
space: { x: { type: float, low: 0, high: 1 } }
current: { x: 0.5 }
trials: 3
parallel: 1
objective: { command: [sh, -c, '${script}', '{x}'] }
notify: { webhook: { url: '\${WEBHOOK}' } }
${more}
`.replace('${WEBHOOK}', url)

function told({ received }: HttpServer): readonly Record<string, unknown>[] {
  return received.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
}

async function run(place: Workplace, server: HttpServer, script: string, more?: string) {
  await place.write('study.yaml', study(server.url, script, more))
  return place.tuner('run', 'study.yaml', '--storage', 'sqlite:tune.db')
}

describe.concurrent('who is named is told, once, that a tuning', () => {
  it('has its trials', async ({ expect }) => {
    await using place = await workplace()
    await using server = await httpServer(() => ({ text: '' }))
    expect(await run(place, server, 'echo loss=$0')).toMatchObject({ code: 0, err: '' })
    expect(told(server)).toEqual([
      expect.objectContaining({
        study: 'told',
        outcome: 'success',
        end: 'trials',
        reason: '3 trials are done',
        text: expect.stringMatching(
          /^told: tuned, 3 trials are done\nbest loss .*over the current parameters\n/,
        ),
      }),
    ])
    // There was nothing to do, and nothing to tell.
    expect(await run(place, server, 'echo loss=$0')).toMatchObject({ code: 0 })
    expect(server.received).toHaveLength(1)
  })

  it('reached its goal', async ({ expect }) => {
    await using place = await workplace()
    await using server = await httpServer(() => ({ text: '' }))
    await run(place, server, 'echo loss=$0', 'goal: 0.6')
    expect(told(server)).toMatchObject([{ outcome: 'success', reason: 'the goal of 0.6 is reached' }])
  })

  it('was given up', async ({ expect }) => {
    await using place = await workplace()
    await using server = await httpServer(() => ({ text: '' }))
    expect(await run(place, server, 'exit 1', 'maxFailed: 2')).toMatchObject({ code: 5 })
    expect(told(server)).toMatchObject([{ outcome: 'failure', end: 'TOO_MANY_FAILURES' }])
  })

  it('could not begin', async ({ expect }) => {
    await using place = await workplace()
    await using server = await httpServer(() => ({ text: '' }))
    await place.write('study.yaml', study(server.url, 'echo'))
    const url = 'mysql://spy:s3cr3t@127.0.0.1:1/none?patience=0.3'
    expect(await place.tuner('run', 'study.yaml', '--storage', url)).toMatchObject({ code: 4 })
    expect(told(server)).toMatchObject([{ outcome: 'failure', end: 'STORAGE_UNAVAILABLE' }])
    expect(server.received[0]?.body).not.toContain('s3cr3t')
  })

  it('was stopped', async ({ expect }) => {
    await using place = await workplace()
    await using server = await httpServer(() => ({ text: '' }))
    const script = 'touch begun; until [ -e go ]; do sleep 0.1; done; echo loss=$0'
    await place.write('study.yaml', study(server.url, script))
    const running = place.start('run', 'study.yaml', '--storage', 'sqlite:tune.db')
    await expect.poll(() => existsSync(join(place.folder, 'begun'))).toBe(true)
    running.child.kill('SIGTERM')
    expect((await running.ended).code).toBe(143)
    expect(told(server)).toMatchObject([
      { outcome: 'cancellation', end: 'SIGTERM', reason: 'it was stopped by SIGTERM' },
    ])
    // What runs goes on without the tuner, until the next one ends with it.
    await place.write('go', '')
    expect((await place.tuner('run', 'study.yaml', '--storage', 'sqlite:tune.db')).code).toBe(0)
    expect(told(server).at(-1)).toMatchObject({ outcome: 'success' })
  })
})
