import { afterAll, beforeAll, describe, it } from 'vitest'
import { ownProduction } from './own-production.ts'
import { freePort, smallStudy, type Workplace, workplace } from './tuner.ts'

interface Found {
  readonly part: string
  readonly about: string
  readonly level: string
  readonly text: string
}

const bad = (findings: readonly Found[]) =>
  findings
    .filter(({ level }) => level === 'error')
    .map(({ part, about, text }) => `${part} ${about}: ${text}`)

describe.concurrent('tuner doctor', () => {
  const own = ownProduction(10)

  it('finds all well with a deployed tuner, of which only the cluster knows the secrets', async ({
    expect,
  }) => {
    const found = await own.here.doctor({ study: 'well', trials: 3 })
    expect(bad(found)).toEqual([])
    const looked = found.filter(({ level }) => level === 'ok').map(({ part, about }) => `${part} ${about}`)
    expect(looked).toEqual(
      expect.arrayContaining([
        'file study',
        'storage here',
        'objective objective',
        'pipelines connection',
        'pipelines outputs',
        'notify here',
        'pod run',
        'pod clock',
        'pod storage connection',
        'pod objective objective',
        'pod pipelines connection',
        'pod notify webhook',
      ]),
    )
    expect(JSON.stringify(found)).not.toContain(own.database.url)
    expect(own.here.told('well')).toEqual([])
    expect(await own.here.trialsOf('well')).toEqual([])
  })

  it('says where its findings are where outputs cannot be read from here', async ({ expect }) => {
    const metadata = `http://127.0.0.1:${await freePort()}`
    const found = await own.here.doctor({ study: 'blind', trials: 3, metadata })
    expect(bad(found)).toEqual([])
    expect(found.find(({ part, about }) => part === 'pod' && about === 'findings')?.text).toMatch(
      /^what it found is only in the log of run [-\da-f]+: outputs of runs cannot be read/,
    )
  })

  it.for([
    {
      what: 'an image that is not to be had',
      changes: { image: 'tune:none' },
      expected: /^pod run: .*tune:none/,
    },
    {
      what: 'a secret that the cluster does not have',
      changes: { storageKey: 'none' },
      expected: /^pod run: .*(secret|none)/i,
    },
    {
      what: 'a pipeline that is not there',
      changes: { pipeline: 'none' },
      expected: /^pod objective objective: objective\.pipeline\.name: the server has no pipeline 'none'/,
    },
    {
      what: 'an input that the pipeline does not have',
      changes: { more: 'fixed: { depth: 3 }' },
      expected: /^pod objective objective: .*depth/,
    },
    {
      what: 'an output that cannot be',
      changes: { more: 'constraints: { latency: { max: 1 } }' },
      expected: /^file study: .*latency/,
    },
  ])('finds $what', async ({ changes, what, expected }, { expect }) => {
    const study = what.replaceAll(/\W/g, '-')
    expect(bad(await own.here.doctor({ study, trials: 3, ...changes }))).toEqual([
      expect.stringMatching(expected),
    ])
  })
})

describe.concurrent('tuner doctor of a tuner that runs here', () => {
  let place: Workplace
  beforeAll(async () => {
    place = await workplace()
  })
  afterAll(() => place[Symbol.asyncDispose]())

  it('finds all well, says so, and makes nothing', async ({ expect }) => {
    await place.write('well.yaml', smallStudy('storage: sqlite:well.db # not ${ELSEWHERE}'))
    const { code, out, err } = await place.tuner('doctor', 'well.yaml')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/ok +connection +.*well\.db: the first run makes the file/)
    expect(out).toMatch(/All is well\.\n$/)
    expect((await place.tuner('studies', '--storage', 'sqlite:well.db')).code).toBe(4)
  })

  it('says of each thing that is wrong what to do, and ends with 1', async ({ expect }) => {
    const port = await freePort()
    await place.write(
      'ill.yaml',
      `study: ill
storage: mysql://tune:word@127.0.0.1:${port}/tune
metrics: { a: maximize }
space: { x: { type: float, low: 0, high: 1 } }
objective: { command: [no-such-program, '{x}'] }
notify:
  slack: { token: '\${NO_SUCH_TOKEN}', channel: '#tuned' }
  webhook: { url: 'http://127.0.0.1:${port}/' }
  command: [./none.sh]
`,
    )
    const { code, out } = await place.tuner('doctor', 'ill.yaml', '--json')
    expect(code).toBe(1)
    expect(bad(JSON.parse(out) as readonly Found[])).toEqual([
      'environment NO_SUCH_TOKEN: there is no environment variable NO_SUCH_TOKEN; set it',
      expect.stringMatching(/^storage connection: .*127\.0\.0\.1/),
      "objective objective: objective.command: there is no program 'no-such-program' in PATH",
    ])
    await place.write('told.yaml', (await notifying(port)).trim())
    const told = await place.tuner('doctor', 'told.yaml', '--json')
    expect(bad(JSON.parse(told.out) as readonly Found[])).toEqual([
      'notify webhook: it cannot be reached (ECONNREFUSED)',
      "notify command: there is no program './none.sh' that can be executed",
    ])
  })
})

const notifying = async (port: number) =>
  smallStudy(`notify: { webhook: { url: 'http://127.0.0.1:${port}/' }, command: [./none.sh] }`)
