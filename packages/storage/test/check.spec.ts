import { createStudy, randomSampler, systemClock } from '@tune/core'
import { createDatabase, type TestDatabase } from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { checkStorage, openStorage } from '../src/index.ts'

const SECRET = 'pa55word'

describe('checking a database', () => {
  let database: TestDatabase
  let admin: mysql.Connection
  beforeEach(async () => {
    database = await createDatabase()
    admin = await mysql.createConnection(database.url)
  })
  afterEach(async () => {
    await admin.query("DROP USER IF EXISTS 'checked'@'%'")
    await admin.end()
    await database.drop()
  })

  const levels = async (url = database.url, options = {}) => {
    const findings = await checkStorage(url, options)
    return Object.fromEntries(findings.map(({ about, level, text }) => [about, `${level}: ${text}`]))
  }
  const make = async () => {
    await using _storage = await openStorage(database.url)
  }
  /** The URL of a user who has only these privileges. */
  const userWith = async (privileges: string): Promise<string> => {
    const url = new URL(database.url)
    await admin.query(`CREATE USER 'checked'@'%' IDENTIFIED BY '${SECRET}'`)
    await admin.query(`GRANT ${privileges} ON \`${url.pathname.slice(1)}\`.* TO 'checked'@'%'`)
    return Object.assign(url, { username: 'checked', password: SECRET }).href
  }

  it('says that it is empty, and leaves it so', async () => {
    expect(await levels()).toMatchObject({ schema: expect.stringMatching(/^ok: no tables yet/) })
    const [tables] = await admin.query('SHOW TABLES')
    expect(tables).toEqual([])
  })

  it('finds nothing wrong with one that was made here', async () => {
    await make()
    const found = await levels()
    expect(Object.values(found).filter((it) => !it.startsWith('ok'))).toEqual([])
    expect(Object.keys(found)).toEqual([
      'connection',
      'schema',
      'migrations',
      'collation',
      'clock',
      'time zone',
      'permissions',
    ])
    const [rows] = await admin.query('SELECT study_name FROM studies')
    expect(rows).toEqual([])
  })

  it('warns of a clock that is wrong, of an older Optuna, of a collation that ignores case', async () => {
    await make()
    await admin.query("UPDATE version_info SET library_version = '4.5.0'")
    await admin.query('ALTER TABLE trial_params MODIFY param_name VARCHAR(512) COLLATE utf8mb4_general_ci')
    const clock = { ...systemClock, now: () => systemClock.now() + 5000 }
    expect(await levels(database.url, { clock })).toMatchObject({
      clock: expect.stringMatching(/^warning: the database's clock is \d+ ms behind/),
      times: expect.stringMatching(/^warning: .*local times/),
      collation: expect.stringMatching(/^warning: .*the second is refused/),
    })
  })

  it.each([
    ['schema_version = 13', 'schema is 13'],
    ['schema_version = NULL', 'schema is none'],
  ])('refuses one of another version (%s), and changes nothing', async (set, text) => {
    await make()
    await admin.query('DROP TABLE tune_migrations')
    await admin.query(`UPDATE version_info SET ${set}`)
    expect(await levels()).toMatchObject({ schema: expect.stringContaining(text) })
    await expect(openStorage(database.url)).rejects.toMatchObject({ code: 'STORAGE_SCHEMA' })
    const [tables] = await admin.query("SHOW TABLES LIKE 'tune_migrations'")
    expect(tables).toEqual([])
  })

  it('makes the rest where somebody died while making the tables', async () => {
    await make()
    await admin.query('DELETE FROM alembic_version')
    await admin.query('DROP TABLE trial_heartbeats, tune_migrations')
    await make()
    expect(Object.values(await levels()).filter((it) => !it.startsWith('ok'))).toEqual([])
    const [tables] = await admin.query("SHOW TABLES LIKE 'trial_heartbeats'")
    expect(tables).toHaveLength(1)
  })

  it('refuses one that a newer tune has changed', async () => {
    await make()
    await admin.query('INSERT INTO tune_migrations (version, applied_at) VALUES (999, 0)')
    await expect(openStorage(database.url)).rejects.toThrow(/newer tune has used it/)
  })

  it('tells which privileges a user lacks, never the password', async () => {
    await make()
    const found = await levels(await userWith('SELECT'))
    expect(found['permissions']).toMatch(/^error: .*lacks a privilege.*SELECT, INSERT, UPDATE and DELETE/)
    expect(JSON.stringify(found)).not.toContain(SECRET)
  })

  it('lets a user with exactly the documented privileges work', async () => {
    await make()
    const url = await userWith('SELECT, INSERT, UPDATE, DELETE')
    expect(Object.values(await levels(url)).filter((it) => !it.startsWith('ok'))).toEqual([])
    await using storage = await openStorage(url)
    await using study = await createStudy({ name: 'least', storage, sampler: randomSampler() })
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 3 })
    await study.enqueue({ x: 0.5 })
    await storage.deleteStudy(study.id)
  })

  it('lets a user with exactly the documented privileges make the tables', async () => {
    const url = await userWith('SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES')
    await using storage = await openStorage(url)
    expect(await storage.listStudies()).toEqual([])
  })

  it('tells that a server cannot be reached, never the password', async () => {
    const found = await levels(`mysql://checked:${SECRET}@127.0.0.1:1/x?patience=0.2`)
    expect(found['connection']).toMatch(/^error: MySQL at 127\.0\.0\.1:1\/x as checked: nothing answers/)
    expect(JSON.stringify(found)).not.toContain(SECRET)
  })

  it(`names the server`, async () => {
    expect((await levels())['connection']).toMatch(/^ok: server \d+\.\d+/)
    expect(inject('mysqlName')).not.toBe('')
  })
})
