import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStudy, type Lease, randomSampler, readAllTrials } from '@tune/core'
import { checkStorage, openStorage } from '@tune/storage'
import {
  createDatabaseOn,
  freePort,
  mysqlNine,
  startServer,
  type TestDatabase,
  type TestServer,
} from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faultyProxy } from './proxy.ts'
import { seededRandom } from './seeded-random.ts'

/** MySQL makes certificates of its own when its data folder is created. */
describe('a connection to MySQL 9', () => {
  let server: TestServer
  let database: TestDatabase
  beforeAll(async () => {
    server = await startServer({ program: mysqlNine() })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  beforeEach(async () => {
    database = await createDatabaseOn(server.url)
  })

  const withParameters = (parameters: Record<string, string>, base = database.url) => {
    const url = new URL(base)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url.href
  }
  const admin = async (sql: string) => {
    const connection = await mysql.createConnection(server.url)
    await connection.query(sql)
    await connection.end()
  }
  const aTrial = async (url: string) => {
    await using storage = await openStorage(url)
    await using study = await createStudy({ storage, sampler: randomSampler() })
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 2 })
    return (await study.counts()).complete
  }

  it('is encrypted as the URL says, with the certificate checked', async () => {
    const ca = join(server.data as string, 'ca.pem')
    const url = withParameters({ ssl_ca: ca, ssl_verify_identity: 'false' })
    expect(await aTrial(url)).toBe(2)
    const [connection] = await checkStorage(url)
    expect(connection?.text).toMatch(/encrypted with TLS_/)
  })

  it.each([
    [{ ssl: 'true' }, 'STORAGE_UNAVAILABLE', /certificate/],
    [
      { ssl_ca: '/no/such/file' },
      'STORAGE_URL',
      /ssl_ca names \/no\/such\/file, which cannot be read \(ENOENT\)/,
    ],
  ])('is refused with %j, in one line', async (parameters, code, message) => {
    const refused = openStorage(withParameters(parameters))
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('is refused where the certificate is for another host', async () => {
    const ca = join(server.data as string, 'ca.pem')
    await expect(openStorage(withParameters({ ssl_ca: ca }))).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
  })

  it('goes through a connector, as that of Cloud SQL, wherever the URL points', async () => {
    const port = Number(new URL(server.url).port)
    const url = new URL(database.url)
    url.host = 'instance.invalid:1'
    let streams = 0
    const connector = {
      stream: () => {
        streams++
        return connect(port, '127.0.0.1')
      },
    }
    await using storage = await openStorage(url.href, { connector })
    expect(await storage.listStudies()).toEqual([])
    expect(streams).toBeGreaterThan(0)
  })

  it('takes its password from a file or the environment', async () => {
    await admin("CREATE USER 'filed'@'%' IDENTIFIED BY 'a/b@c:d'")
    await admin("GRANT ALL ON *.* TO 'filed'@'%'")
    const folder = await mkdtemp(join(tmpdir(), 'tune-secret-'))
    const file = join(folder, 'password')
    await writeFile(file, 'a/b@c:d\n')
    process.env['TUNE_TEST_PASSWORD'] = 'a/b@c:d'
    const base = database.url.replace('root@', 'filed@')
    try {
      expect(await aTrial(withParameters({ password_file: file }, base))).toBe(2)
      expect(await aTrial(withParameters({ password_env: 'TUNE_TEST_PASSWORD' }, base))).toBe(2)
    } finally {
      delete process.env['TUNE_TEST_PASSWORD']
      await rm(folder, { recursive: true })
      await admin("DROP USER 'filed'@'%'")
    }
  })

  it('waits while the server takes no more connections', async () => {
    await using storage = await openStorage(database.url)
    await using study = await createStudy({ storage, sampler: randomSampler() })
    await admin('SET GLOBAL max_connections = 1')
    const others = await Promise.all(
      [1, 2].map(() => mysql.createConnection(server.url).catch(() => undefined)),
    )
    const freed = new Promise((resolve) => setTimeout(resolve, 1500)).then(async () => {
      for (const other of others)
        await other?.query('SET GLOBAL max_connections = 151').then(() => other.end())
    })
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 12, parallel: 6 })
    await freed
    expect((await study.counts()).complete).toBe(12)
  })

  it('goes on after a fail-over that left the old server read-only', async () => {
    await using storage = await openStorage(database.url)
    await using study = await createStudy({ storage, sampler: randomSampler() })
    await admin('SET GLOBAL super_read_only = ON')
    const back = new Promise((resolve) => setTimeout(resolve, 1000)).then(() =>
      admin('SET GLOBAL super_read_only = OFF').then(() => admin('SET GLOBAL read_only = OFF')),
    )
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 3 })
    await back
    expect((await study.counts()).complete).toBe(3)
  })

  it.each([
    ['read-only', 'STORAGE_READ_ONLY', /read-only; tried for \d+ s$/],
    ['gone', 'STORAGE_UNAVAILABLE', /nothing answers there \(ECONNREFUSED\).*; tried for \d+ s$/],
  ])('to a server that stays %s ends with one clear line', async (what, code, message) => {
    const port = await freePort()
    const url = what === 'gone' ? `mysql://root@127.0.0.1:${port}/x` : database.url
    if (what === 'read-only') await admin('SET GLOBAL super_read_only = ON')
    try {
      const opened = openStorage(withParameters({ patience: '1.5' }, url))
      await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    } finally {
      await admin('SET GLOBAL super_read_only = OFF')
      await admin('SET GLOBAL read_only = OFF')
    }
  })

  it('makes everything once, also where the answer was lost', async () => {
    await using proxy = await faultyProxy(Number(new URL(server.url).port), 30, ['drop'], seededRandom(4))
    const url = new URL(database.url)
    url.port = String(proxy.port)
    await using direct = await openStorage(database.url)
    await using storage = await openStorage(url.href)
    for (let i = 0; i < 15; i++) {
      const { id } = await storage.createStudy({ name: `study ${i}`, directions: ['minimize'] })
      await storage.createTrials(id, [{ state: 'waiting' }, { state: 'complete', values: [i] }])
      const started = await storage.startTrial(id, { leaseMs: 60_000 })
      const lease = started?.lease as Lease
      await storage.extendTrial(lease, { userAttributes: { i } })
      const requeue = { state: 'waiting' } as const
      await storage.finishTrial(lease, { state: 'failed', values: null, requeue })
      if (i % 2 === 1) await storage.deleteStudy(id)
    }
    expect(proxy.injected.drop).toBeGreaterThan(5)
    const studies = await direct.listStudies()
    expect(studies.map(({ name }) => name)).toEqual(Array.from({ length: 8 }, (_, i) => `study ${2 * i}`))
    for (const { id } of studies) {
      const states = (await readAllTrials(direct, id)).map(({ state }) => state)
      expect(states).toEqual(['failed', 'complete', 'waiting'])
    }
  })

  it('leaves nothing open when it is closed, however it went', async () => {
    await using proxy = await faultyProxy(
      Number(new URL(server.url).port),
      20,
      ['cut', 'drop'],
      seededRandom(3),
    )
    const url = new URL(database.url)
    url.port = String(proxy.port)
    expect(await aTrial(database.url)).toBe(2)
    const connections = async () => {
      const connection = await mysql.createConnection(server.url)
      const [rows] = await connection.query(
        "SELECT id FROM information_schema.processlist WHERE db LIKE 'tune_%'",
      )
      await connection.end()
      return (rows as unknown[]).length
    }
    for (let i = 0; i < 8; i++) expect(await aTrial(url.href)).toBe(2)
    expect(proxy.injected.cut + proxy.injected.drop).toBeGreaterThan(3)
    // The server takes a moment to notice.
    await expect.poll(connections).toBe(0)
  })
})
