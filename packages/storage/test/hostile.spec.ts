import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createStudy, float, randomSampler, readAllTrials } from '@tune/core'
import { createDatabase } from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { afterEach, describe, expect, it } from 'vitest'
import { openStorage } from '../src/index.ts'

/** A database that tune opens, and that somebody else writes anything into. */
interface Victim {
  readonly url: string
  write(sql: string, values: readonly (string | number | null)[]): Promise<void>
  end(): Promise<void>
}

async function sqlite(): Promise<Victim> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-hostile-'))
  const path = join(folder, 'study.db')
  return {
    url: `sqlite:${path}`,
    write: async (sql, values) => {
      const file = new DatabaseSync(path)
      file.prepare(sql).run(...values)
      file.close()
    },
    end: () => rm(folder, { recursive: true }),
  }
}

async function mariaDb(): Promise<Victim> {
  const database = await createDatabase()
  return {
    url: database.url,
    write: async (sql, values) => {
      const connection = await mysql.createConnection(database.url)
      await connection.execute(sql, [...values])
      await connection.end()
    },
    end: () => database.drop(),
  }
}

const FLOAT =
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'
const deep = '['.repeat(30_000) + ']'.repeat(30_000)

describe.each([
  ['SQLite', sqlite],
  ['MySQL', mariaDb],
])('a hostile row in %s', (_, open) => {
  const victims: Victim[] = []
  afterEach(async () => {
    for (const victim of victims.splice(0)) await victim.end()
  })

  /** A study with two complete trials, of which the first gets a row from outside. */
  async function attacked(sql: string, ...values: readonly (string | number | null)[]) {
    const victim = await open()
    victims.push(victim)
    await using storage = await openStorage(victim.url)
    await using study = await createStudy({
      name: 'victim',
      storage,
      sampler: randomSampler(),
      space: { x: float(0, 1) },
    })
    await study.optimize(({ params }) => params.x, { trials: 2 })
    const [first] = await study.trials()
    await victim.write(sql, [first?.id as number, ...values])
    const trials = await readAllTrials(storage, study.id)
    // Whatever is in the row, the study goes on.
    await study.optimize(({ params }) => params.x, { trials: 3 })
    expect((await study.counts()).complete).toBe(3)
    return trials
  }

  const param =
    'INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)'
  it.each([
    ['no JSON', 0.5, 'x'],
    ['empty', 0.5, ''],
    ['another class', 0.5, '{"name": "__import__", "attributes": {}}'],
    ['a class that every object has', 0.5, '{"name": "constructor", "attributes": {}}'],
    ['no attributes', 0.5, '{"name": "FloatDistribution"}'],
    ['a range of text', 0.5, '{"name": "FloatDistribution", "attributes": {"low": "a", "high": {}}}'],
    ['an empty range', 0.5, '{"name": "FloatDistribution", "attributes": {"low": 1, "high": 0}}'],
    [
      'choices that are no list',
      0,
      '{"name": "CategoricalDistribution", "attributes": {"choices": {"length": 9}}}',
    ],
    [
      'a choice that there is not',
      7,
      '{"name": "CategoricalDistribution", "attributes": {"choices": ["a"]}}',
    ],
    [
      'a choice between two',
      0.5,
      '{"name": "CategoricalDistribution", "attributes": {"choices": ["a", "b"]}}',
    ],
    ['no value', null, FLOAT],
    ['nested deeply', 0.5, deep],
  ])('with a parameter that has %s is left out, and told', async (__, value, json) => {
    const [first, second] = await attacked(param, 'bad', value, json)
    expect([...(first?.params.keys() ?? [])]).toEqual(['x'])
    expect(first?.systemAttributes['tune:unreadable']).toEqual(['parameter bad'])
    expect(second?.systemAttributes).not.toHaveProperty('tune:unreadable')
  })

  const attribute = 'INSERT INTO trial_user_attributes (trial_id, `key`, value_json) VALUES (?, ?, ?)'
  it.each(['', '{', 'undefined', "__import__('os')", '\u0000', '1e99999x', '"\\ud8"'])(
    'with an attribute %j is left out, and told',
    async (json) => {
      const [first] = await attacked(attribute, 'bad', json)
      expect(first?.userAttributes).toEqual({})
      expect(first?.systemAttributes['tune:unreadable']).toEqual(['attribute bad'])
    },
  )

  it.each([
    ['deep', deep],
    ['long', `"${'ü'.repeat(30_000)}"`],
    ['a number too large', '1e400'],
    ['an integer of many digits', '9'.repeat(5000)],
  ])('with an attribute that is %s is read', async (__, json) => {
    const [first] = await attacked(attribute, 'odd', json)
    expect(Object.keys(first?.userAttributes ?? {})).toEqual(['odd'])
  })

  it('cannot reach the prototype of anything', async () => {
    const [first] = await attacked(attribute, '__proto__', '{"polluted": true}')
    expect(Object.keys(first?.userAttributes ?? {})).toEqual(['__proto__'])
    expect({}).not.toHaveProperty('polluted')
    expect(Object.getPrototypeOf(first?.userAttributes)).toBe(Object.prototype)
  })

  it('with a pickle is text that nobody runs', async () => {
    const pickle = '80049527000000000000008c05706f736978948c0673797374656d9493948c0c746f756368'
    const [first] = await attacked(attribute.replace('user', 'system'), 'cma:optimizer:0', `"${pickle}"`)
    expect(first?.systemAttributes).toEqual({ 'cma:optimizer:0': pickle })
  })
})
