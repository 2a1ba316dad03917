import { createStudy, float, randomSampler } from '@tune/core'
import { createDatabase } from '@tune/tooling/mysql'
import mysql from 'mysql2/promise'
import { expect, it } from 'vitest'
import { openStorage } from '../src/index.ts'

/** A database as Python makes it: names that differ in case or accents are one. */
async function caseless() {
  const database = await createDatabase()
  {
    await using _storage = await openStorage(database.url)
  }
  const connection = await mysql.createConnection(database.url)
  await connection.query('SET FOREIGN_KEY_CHECKS = 0')
  for (const table of [
    'studies',
    'trial_params',
    'trial_user_attributes',
    'trial_system_attributes',
    'study_user_attributes',
  ])
    await connection.query(`ALTER TABLE ${table} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`)
  await connection.end()
  return database
}

it('refuses what a database that ignores case would drop or mix up, and goes on', async () => {
  const database = await caseless()
  try {
    await using storage = await openStorage(database.url)
    await using study = await createStudy({ name: 'Case', storage, sampler: randomSampler() })
    const refused = expect.objectContaining({ code: 'INVALID_NAME' })
    await expect(createStudy({ name: 'case', storage })).rejects.toEqual(refused)
    const trial = await study.ask()
    await trial.suggestFloat('lr', 0, 1)
    await trial.saved()
    const x = { distribution: float(0, 1), internal: 0.5 }
    const lease = { studyId: study.id, trialId: trial.id, token: trial.token }
    const extend = (additions: object) => storage.extendTrial(lease, additions)
    await expect(extend({ params: new Map([['LR', x]]) })).rejects.toEqual(refused)
    await extend({ userAttributes: { note: 1 } })
    await expect(extend({ userAttributes: { Nöte: 2 } })).rejects.toEqual(refused)
    await expect(extend({ systemAttributes: { a: 1, A: 2 } })).rejects.toEqual(refused)
    await study.setUserAttribute('note', 1)
    await expect(study.setUserAttribute('NOTE', 2)).rejects.toEqual(refused)
    await extend({ params: new Map([['lr2', x]]), intermediateValues: new Map([[0, 1]]) })
    const outcome = { state: 'complete', values: [1] } as const
    await expect(storage.finishTrial(lease, { ...outcome, params: new Map([['Lr', x]]) })).rejects.toEqual(
      refused,
    )
    await study.tell(trial, 1)
    const [kept] = await study.trials()
    expect(kept).toMatchObject({ state: 'complete', userAttributes: { note: 1 }, systemAttributes: {} })
    expect([...(kept?.params.keys() ?? [])]).toEqual(['lr', 'lr2'])
  } finally {
    await database.drop()
  }
})
