import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStudy, float, InMemoryStorage } from '@tune/core'
import { type HttpServer, httpServer, type Reply } from '@tune/tooling/http-server'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config/read-config.ts'
import { endingOf, failureOf } from '../src/telling/ending.ts'
import { type Message, messageOf } from '../src/telling/message.ts'
import { tell } from '../src/telling/tell.ts'

const SECRET = 's3cr3t'
const file = (notify: string, folder = '.') =>
  parseConfig(
    `study: churn\nmetrics: { auc: maximize }\nspace: { rate: { type: float, low: 0, high: 1 } }\nobjective: { command: [train] }\nnotify: ${notify}\n`,
    join(folder, 'study.yaml'),
    { URL_OF: `http://127.0.0.1:1/${SECRET}`, TOKEN: SECRET },
  )

const message: Message = {
  study: 'churn <1>',
  outcome: 'success',
  end: 'goal',
  reason: 'the goal of 0.95 is reached',
  text: 'churn <1>: tuned, the goal of 0.95 is reached\nbest auc 0.96 (trial 3)',
  links: {},
}

/** Sends to a server that answers in turn, the last answer for ever. Gives what was warned of. */
async function sent(
  notify: (url: string) => string,
  ...replies: readonly [Reply, ...Reply[]]
): Promise<{ readonly warnings: readonly string[]; readonly received: HttpServer['received'] }> {
  await using server = await httpServer((_, index) => replies[Math.min(index, replies.length - 1)] as Reply)
  const warnings: string[] = []
  await tell(file(notify(server.url)), message, (line) => warnings.push(line))
  return { warnings, received: server.received }
}

describe.concurrent('a channel', () => {
  it('of a webhook gets the message as JSON', async ({ expect }) => {
    const { received, warnings } = await sent(
      (url) => `{ webhook: { url: '${url}/in', headers: { x-key: '\${TOKEN}' } } }`,
      { text: '' },
    )
    expect(warnings).toEqual([])
    expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /in'])
    expect(received[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-key': SECRET })
    expect(JSON.parse(received[0]?.body ?? '')).toEqual(message)
  })

  it('of a Slack webhook gets text in which nothing is markup by accident', async ({ expect }) => {
    const { received } = await sent((url) => `{ slack: { webhook: '${url}' } }`, { text: 'ok' })
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      text: ':white_check_mark: *churn &lt;1&gt;: tuned, the goal of 0.95 is reached*\nbest auc 0.96 (trial 3)',
    })
  })

  it('of a Slack bot writes in its channel', async ({ expect }) => {
    const slack = (url: string) => `{ slack: { token: '\${TOKEN}', channel: C1, api: '${url}/api/' } }`
    const { received, warnings } = await sent(slack, { json: { ok: true } })
    expect(warnings).toEqual([])
    expect(received[0]).toMatchObject({ path: '/api/chat.postMessage' })
    expect(received[0]?.headers.authorization).toBe(`Bearer ${SECRET}`)
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ channel: 'C1' })
    expect((await sent(slack, { json: { ok: false, error: 'channel_not_found' } })).warnings).toEqual([
      'notify.slack: the message was not sent: Slack says: channel_not_found',
    ])
  })

  it('of a command gets the message in standard input, and its text', async ({ expect }) => {
    const folder = await mkdtemp(join(tmpdir(), 'tune-tell-'))
    const script = 'cat > got.json; printf %s "$TUNE_OUTCOME: $TUNE_MESSAGE" > got.txt'
    const warnings: string[] = []
    await tell(file(`{ command: [sh, -c, '${script}'] }`, folder), message, (line) => warnings.push(line))
    expect(warnings).toEqual([])
    expect(JSON.parse(await readFile(join(folder, 'got.json'), 'utf8'))).toEqual(message)
    expect(await readFile(join(folder, 'got.txt'), 'utf8')).toBe(`success: ${message.text}`)
    await rm(folder, { recursive: true })
  })

  it('that is full or away for a moment is asked again', async ({ expect }) => {
    const { received, warnings } = await sent(
      (url) => `{ webhook: { url: '${url}' } }`,
      { status: 429, text: 'slow down', headers: { 'retry-after': '1' } },
      { status: 503, text: '' },
      'lost',
      { text: 'ok' },
    )
    expect(warnings).toEqual([])
    expect(received).toHaveLength(4)
  })

  it.for<[string, string, string]>([
    [
      'a webhook that refuses it',
      '{ webhook: { url: URL } }',
      'notify.webhook: the message was not sent: it answered 403',
    ],
    [
      'a Slack webhook that is gone',
      '{ slack: { webhook: URL } }',
      'notify.slack: the message was not sent: it answered 403',
    ],
    [
      'a program that there is not',
      `{ command: [/no/such/program, '\${TOKEN}'] }`,
      'notify.command: the message was not sent: it cannot be run (ENOENT)',
    ],
    [
      'a program that fails',
      `{ command: [sh, -c, 'exit 3', '\${TOKEN}'] }`,
      'notify.command: the message was not sent: it ended with exit code 3',
    ],
  ])(
    'is warned of in one line without its secrets, and fails nothing: %s',
    async ([, notify, line], { expect }) => {
      const { warnings } = await sent((url) => notify.replace('URL', `'${url}/${SECRET}'`), {
        status: 403,
        text: SECRET,
      })
      expect(warnings).toEqual([line])
    },
  )

  it('is not told of an end that its file leaves out, nor twice', async ({ expect }) => {
    const failed = await sent((url) => `{ on: [failure], webhook: { url: '${url}' } }`, { text: '' })
    expect(failed.received).toEqual([])
    await using server = await httpServer(() => ({ text: '' }))
    const config = file(`{ webhook: { url: '${server.url}' }, slack: { webhook: '${server.url}' } }`)
    const channels = new Set(['slack'])
    const told = {
      has: (name: string) => channels.has(name),
      add: async (name: string) => void channels.add(name),
    }
    for (let i = 0; i < 3; i++) await tell(config, message, () => {}, told)
    expect(server.received).toHaveLength(1)
  })
})

describe('a message', () => {
  const study = (storage = new InMemoryStorage()) =>
    createStudy({ name: 'churn', storage, metrics: { auc: 'maximize' }, space: { rate: float(0, 1) } })

  it('says how it ended, what is best, by how much, what it took, and where to look', async () => {
    await using made = await study()
    await made.enqueue({ rate: 0.5 }, { userAttributes: { current: true } })
    await made.optimize(({ params }) => 1 + params.rate, { trials: 1 })
    await made.add({
      state: 'complete',
      values: [1.8],
      params: new Map([['rate', { internal: 0.8, distribution: float(0, 1) }]]),
      systemAttributes: { 'tune:run': { id: 'r', url: 'https://kfp/#/runs/details/r' } },
    })
    await made.add({ state: 'failed' })
    const ending = endingOf('trials', undefined, { trials: 2, goal: undefined, timeout: undefined })
    const { text, ...told } = await messageOf('churn', ending, made, 'https://kfp/#/runs/details/t')
    expect(told).toMatchObject({
      study: 'churn',
      outcome: 'success',
      end: 'trials',
      state: {
        trials: { complete: 2, failed: 1 },
        best: { trial: 1, metric: 'auc', value: 1.8, params: { rate: 0.8 } },
      },
      links: { best: 'https://kfp/#/runs/details/r', tuner: 'https://kfp/#/runs/details/t' },
    })
    expect(told.state?.best?.gain).toBeCloseTo(0.2, 12)
    expect(text.split('\n')).toEqual([
      'churn: tuned, 2 trials are done',
      'best auc 1.8 (trial 1), +20.00 % over the current parameters',
      'rate 0.8',
      'cost so far: 2 complete, 1 failed, 0 s of evaluation',
      'best trial: https://kfp/#/runs/details/r',
      'tuner: https://kfp/#/runs/details/t',
    ])
  })

  it('has what is known where nothing is complete, and of several metrics the front', async () => {
    await using empty = await study()
    const { text } = await messageOf('churn', failureOf(new Error('it broke\nat line 3')), empty)
    expect(text).toBe(
      'churn: tuning failed, it broke\nno trial has a value that counts\ncost so far: 0 complete, 0 s of evaluation',
    )
    const metrics = { auc: 'maximize', size: 'minimize' } as const
    await using two = await createStudy({ name: 'two', storage: new InMemoryStorage(), metrics })
    await two.add({ state: 'complete', values: [1, 1] })
    await two.add({ state: 'complete', values: [2, 2] })
    const ending = endingOf('aborted', 'SIGTERM', { trials: 9, goal: undefined, timeout: undefined })
    expect((await messageOf('two', ending, two)).text).toBe(
      'two: tuning was cancelled, it was stopped by SIGTERM\n2 trials that no other one beats in every metric\ncost so far: 2 complete, 0 s of evaluation',
    )
  })
})

describe('notify in a file', () => {
  it.each([
    ['{ slack: { channel: c } }', 'study.yaml:5: notify.slack.token: it is missing'],
    ['{ webhook: { url: nowhere } }', 'notify.webhook.url'],
    ['{ mail: me }', 'notify.mail'],
    ['{ on: [never], command: [x] }', 'notify.on'],
  ])('that is wrong is told in one line: %s', (notify, said) => {
    expect(() => file(notify)).toThrow(said)
  })
})

it.each([
  ['notify: { slack: { webhook: hooks.slack.com/Sw0rdf1sh } }', 'notify.slack.webhook: it must be a URL'],
  [
    "notify: { webhook: { url: 'http://x', headers: { authorization: [Sw0rdf1sh] } } }",
    'notify.webhook.headers',
  ],
  ['notify: { slack: { tokn: Sw0rdf1sh, channel: C1 } }', 'notify.slack.token: it is missing'],
  ['kfp: { store: { secretAcessKey: Sw0rdf1sh } }', 'kfp.store.secretAcessKey: it is'],
  ['kfp: { headers: [{ cookie: Sw0rdf1sh }] }', 'kfp.headers: it must be'],
  ['storage: { mysql: Sw0rdf1sh }', 'storage: it must be text'],
])('no error shows a secret of a file: %s', (line, said) => {
  let message = 'nothing is wrong'
  try {
    parseConfig(`study: s\nobjective: { command: [x] }\n${line}\n`, 'study.yaml')
  } catch (error) {
    message = (error as Error).message
  }
  expect(message).toContain(said)
  expect(message).not.toContain('Sw0rdf1sh')
})
