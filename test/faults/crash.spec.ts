import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStudy, readAllTrials } from '@tune/core'
import { openStorage } from '@tune/storage'
import { createDatabaseOn, findServer, mysqlNine, startServer, type TestServer } from '@tune/tooling/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertSound, Crew, readLogs } from './crew.ts'
import { type FaultyProxy, faultyProxy } from './proxy.ts'
import { seededRandom } from './seeded-random.ts'

const MEMBERS = 8

describe.each([
  ['the server of this machine', findServer],
  ['MySQL 9', mysqlNine],
])('a crew of processes on %s', (_, program) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ program: program(), durable: true })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  /** Lets a crew do a study, and calls `disturb` after every so many complete trials. */
  async function work(
    budget: number,
    port: (server: TestServer) => number,
    disturb: (crew: Crew) => Promise<void> | void = () => {},
    every = budget,
  ): Promise<Crew> {
    const folder = await mkdtemp(join(tmpdir(), 'tune-crew-'))
    const database = await createDatabaseOn(server.url)
    const url = new URL(database.url)
    url.port = String(port(server))
    url.search = 'attempt_timeout=3&patience=90'
    await using storage = await openStorage(database.url)
    await using study = await createStudy({ name: 'crew', storage })
    await using crew = new Crew(MEMBERS, url.href, 'crew', budget, folder)
    try {
      await crew.ended(study, every, () => disturb(crew))
      expect(crew.errors).toEqual([])
      const { id } = await storage.readStudy('crew')
      assertSound(await readAllTrials(storage, id), await readLogs(MEMBERS, folder), budget, crew.kills === 0)
      return crew
    } finally {
      await database.drop()
      await rm(folder, { recursive: true })
    }
  }

  const portOf = ({ url }: TestServer) => Number(new URL(url).port)

  it('loses nothing and repeats nothing while members are killed', async () => {
    const random = seededRandom(1)
    const crew = await work(2000, portOf, (it) => it.kill(random), 100)
    console.log(`${server.name}: ${crew.kills} processes killed`)
    expect(crew.kills).toBeGreaterThan(14)
  })

  it('nor while connections are cut, stall, or lose answers', async () => {
    await using proxy: FaultyProxy = await faultyProxy(
      portOf(server),
      150,
      ['cut', 'cut', 'drop', 'drop', 'stall'],
      seededRandom(2),
    )
    await work(2000, () => proxy.port)
    console.log(`${server.name}: faults injected: ${JSON.stringify(proxy.injected)}`)
    for (const times of Object.values(proxy.injected)) expect(times).toBeGreaterThan(4)
  })

  it('nor while the server is killed and started again', async () => {
    let restarts = 0
    const restart = async () => {
      await server.restart()
      restarts++
    }
    await work(3000, portOf, restart, 500)
    console.log(`${server.name}: the server was killed and started again ${restarts} times`)
    expect(restarts).toBe(5)
  })
})
