import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createStudy, loadStudy, type Notice, randomSampler } from '@tune/core'
import { createDatabase } from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { openStorage } from '../src/index.ts'

/** A database into which somebody else writes as Optuna does. */
interface Shared extends AsyncDisposable {
  readonly url: string
  write(sql: string): Promise<void>
}

async function sqlite(): Promise<Shared> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-foreign-'))
  const path = join(folder, 'study.db')
  return {
    url: `sqlite:${path}`,
    write: async (sql) => {
      using file = new DatabaseSync(path)
      file.exec(sql)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

async function mariaDb(): Promise<Shared> {
  const database = await createDatabase()
  return {
    url: database.url,
    write: async (sql) => {
      const connection = await mysql.createConnection(database.url)
      await connection.query(sql)
      await connection.end()
    },
    [Symbol.asyncDispose]: () => database.drop(),
  }
}

const ago = (database: string, seconds: number) =>
  database === 'SQLite' ? `datetime('now', '-${seconds} seconds')` : `NOW() - INTERVAL ${seconds} SECOND`

describe.each([
  ['SQLite', sqlite],
  ['MySQL', mariaDb],
])('what Optuna wrote into %s', (name, open) => {
  it('has its values in the order of their objectives, not of their rows', async () => {
    await using shared = await open()
    await using storage = await openStorage(shared.url)
    const options = {
      name: 's',
      storage,
      direction: ['minimize', 'maximize'] as const,
      sampler: randomSampler(),
    }
    await using study = await createStudy(options)
    await shared.write(
      `INSERT INTO trials (number, study_id, state) SELECT 0, study_id, 'COMPLETE' FROM studies`,
    )
    for (const [objective, value] of [
      [1, 2],
      [0, 1],
    ])
      await shared.write(
        `INSERT INTO trial_values (trial_id, objective, value, value_type)
          SELECT trial_id, ${objective}, ${value}, 'FINITE' FROM trials`,
      )
    expect((await study.trials())[0]?.values).toEqual([1, 2])
  })

  it('and left running is failed where its heartbeat is stale, and left alone where it beats', async () => {
    await using shared = await open()
    await using storage = await openStorage(shared.url)
    await using study = await createStudy({
      name: 's',
      storage,
      sampler: randomSampler(),
      heartbeatGrace: '2 min',
      retry: { lost: 1 },
    })
    for (const number of [0, 1, 2])
      await shared.write(
        `INSERT INTO trials (number, study_id, state) SELECT ${number}, study_id, 'RUNNING' FROM studies`,
      )
    for (const [number, seconds] of [
      [0, 7300],
      [1, 5],
    ] as const)
      await shared.write(
        `INSERT INTO trial_heartbeats (trial_id, heartbeat)
          SELECT trial_id, ${ago(name, seconds)} FROM trials WHERE number = ${number}`,
      )
    expect(await study.owners()).toEqual([
      { number: 0, sign: 'heartbeat' },
      { number: 1, sign: 'heartbeat' },
      { number: 2, sign: 'none' },
    ])
    expect(await study.reap({ leaseGraceMs: Infinity })).toEqual([0])
    expect(await study.reap()).toEqual([])
    expect((await study.trials()).map(({ state }) => state)).toEqual([
      'failed',
      'running',
      'running',
      'waiting',
    ])
  })

  it('and left running without a sign of life keeps no run for ever', async () => {
    await using shared = await open()
    await using storage = await openStorage(shared.url)
    const notices: Notice[] = []
    const onNotice = (notice: Notice) => notices.push(notice)
    await using study = await createStudy({ name: 's', storage, sampler: randomSampler(), onNotice })
    await shared.write(
      `INSERT INTO trials (number, study_id, state) SELECT 0, study_id, 'RUNNING' FROM studies`,
    )
    await study.optimize(() => 1, { trials: 4 })
    expect(await study.counts()).toMatchObject({ complete: 3, running: 1 })
    expect(notices.map(({ code }) => code)).toEqual(['NOT_WAITING_FOR_OTHERS'])
    // Nobody holds it: whoever knows its number may tell it.
    await study.tell(0, 1)
    expect(await study.counts()).toMatchObject({ complete: 4, running: 0 })
  })

  it('gets an identity when it is first seen, which stays', async () => {
    await using shared = await open()
    await using storage = await openStorage(shared.url)
    await using _made = await createStudy({ name: 'made', storage })
    await shared.write(`INSERT INTO studies (study_name) VALUES ('theirs')`)
    await shared.write(
      `INSERT INTO study_directions (study_id, direction, objective)
        SELECT study_id, 'MINIMIZE', 0 FROM studies WHERE study_name = 'theirs'`,
    )
    await using other = await openStorage(shared.url)
    const seen = await Promise.all([storage.readStudy('theirs'), other.readStudy('theirs')])
    await using study = await loadStudy('theirs', { storage, sampler: randomSampler() })
    expect(new Set([...seen.map(({ id }) => id), study.id]).size).toBe(1)
    expect(study.id).toMatch(/^[0-9a-f-]{36}$/)
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['made', 'theirs'])
    await study.optimize(() => 1, { trials: 2 })
  })

  it('is not told as a raw error once the storage is closed', async () => {
    await using shared = await open()
    const storage = await openStorage(shared.url)
    await using study = await createStudy({ name: 's', storage, sampler: randomSampler() })
    const run = study.optimize(
      async (trial) => {
        if (trial.number === 1) await storage[Symbol.asyncDispose]()
        return 1
      },
      { trials: 5 },
    )
    const closed = {
      code: 'STORAGE_CLOSED',
      message: expect.stringMatching(/: it was closed by this process$/),
    }
    await expect(run).rejects.toMatchObject(closed)
    await expect(storage.readStudy('s')).rejects.toMatchObject(closed)
    await expect(storage.listStudies()).rejects.toMatchObject(closed)
    await storage[Symbol.asyncDispose]()
  })
})
