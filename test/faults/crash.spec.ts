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
const MINUTES = 60_000

describe.each([
  ['the server of this machine', findServer],
  ['MySQL 9', mysqlNine],
])('a crew of processes on %s', (_, program) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ program: program(), durable: true })
  }, 2 * MINUTES)
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  /** Lets a crew do a study while `disturb` is called again and again; says how often it was disturbed. */
  async function work(
    budget: number,
    port: (server: TestServer) => number,
    disturb: (crew: Crew) => Promise<void>,
  ): Promise<Crew> {
    const folder = await mkdtemp(join(tmpdir(), 'tune-crew-'))
    const database = await createDatabaseOn(server.url)
    const url = new URL(database.url)
    url.port = String(port(server))
    url.search = 'attempt_timeout=3&patience=90'
    await using storage = await openStorage(database.url)
    await using _study = await createStudy({ name: 'crew', storage })
    const crew = new Crew(MEMBERS, url.href, 'crew', budget, folder)
    try {
      while (crew.isBusy) await disturb(crew)
      expect(crew.errors).toEqual([])
      const { id } = await storage.readStudy('crew')
      assertSound(await readAllTrials(storage, id), await readLogs(MEMBERS, folder), budget)
      return crew
    } finally {
      await database.drop()
      await rm(folder, { recursive: true })
    }
  }

  const portOf = ({ url }: TestServer) => Number(new URL(url).port)
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  it('loses nothing and repeats nothing while members are killed', { timeout: 5 * MINUTES }, async () => {
    const random = seededRandom(1)
    const crew = await work(2000, portOf, async (it) => {
      await pause(1000)
      it.kill(random)
    })
    console.log(`${server.name}: ${crew.kills} processes killed`)
    expect(crew.kills).toBeGreaterThan(4)
  })

  it('nor while connections are cut, stall, or lose answers', { timeout: 5 * MINUTES }, async () => {
    await using proxy: FaultyProxy = await faultyProxy(
      portOf(server),
      150,
      ['cut', 'cut', 'drop', 'drop', 'stall'],
      seededRandom(2),
    )
    await work(
      2000,
      () => proxy.port,
      (crew) => crew.ended(),
    )
    console.log(`${server.name}: faults injected: ${JSON.stringify(proxy.injected)}`)
    for (const times of Object.values(proxy.injected)) expect(times).toBeGreaterThan(4)
  })

  it('nor while the server is killed and started again', { timeout: 5 * MINUTES }, async () => {
    let restarts = 0
    await work(2000, portOf, async (crew) => {
      await pause(1500)
      if (restarts === 5 || !crew.isBusy) return
      await server.restart()
      restarts++
    })
    console.log(`${server.name}: the server was killed and started again ${restarts} times`)
    expect(restarts).toBe(5)
  })
})
