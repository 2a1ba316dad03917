import { randomUUID } from 'node:crypto'
import type { FrozenTrial, Lease, ReapOptions, StartedTrial } from '@tune/core'
import type { Connection } from './database.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

const EXPIRED_OF_STUDY = `SELECT t.trial_id FROM tune_leases l JOIN trials t ON t.trial_id = l.trial_id
  WHERE t.study_id = ? AND l.expires_at <=`

/** Gives the lease of a trial that has none. */
export async function grantLease(
  { database }: TrialRows,
  connection: Connection,
  trialId: number,
  token: string,
  leaseMs: number,
): Promise<Lease> {
  await connection.run(
    `INSERT INTO tune_leases (trial_id, token, expires_at) VALUES (?, ?, ${database.dialect.now} + ?)
      ${database.dialect.replaceExisting(['trial_id'], ['token', 'expires_at'])}`,
    [trialId, token, leaseMs],
  )
  return { trialId, token }
}

/** Prolongs leases of running trials, all in one statement; see `StudyStorage.renewLeases`. */
export async function renewLeases(
  { database }: TrialRows,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Lease[]> {
  if (leases.length === 0) return []
  const held = `(${leases.map(() => '(trial_id = ? AND token = ?)').join(' OR ')}) AND EXISTS (
    SELECT 1 FROM trials t WHERE t.trial_id = tune_leases.trial_id AND t.state = 'RUNNING')`
  const values = leases.flatMap(({ trialId, token }) => [trialId, token])
  return database.statements(async (connection) => {
    const { rows } = await connection.run(
      `UPDATE tune_leases SET expires_at = ${database.dialect.now} + ? WHERE ${held}`,
      [leaseMs, ...values],
    )
    if (rows === leases.length) return []
    const valid = await connection.query(`SELECT trial_id FROM tune_leases WHERE ${held}`, values)
    const ids = new Set(valid.map(({ trial_id: id }) => id))
    return leases.filter(({ trialId }) => !ids.has(trialId))
  })
}

/** Fails the trials of dead owners; see `StudyStorage.reapTrials`. */
export async function reapTrials(
  trials: TrialRows,
  studyId: number,
  options: ReapOptions,
): Promise<readonly number[]> {
  const { database } = trials
  const expired = await database.statements((connection) =>
    connection.query(`${EXPIRED_OF_STUDY} ${database.dialect.now}`, [studyId]),
  )
  const reaped: number[] = []
  for (const { trial_id: trialId } of expired) {
    const number = await database.transaction((connection) =>
      reap(trials, connection, studyId, trialId as number, options),
    )
    if (number !== undefined) reaped.push(number)
  }
  return reaped.sort((a, b) => a - b)
}

/** Fails one trial unless its lease was renewed, or the trial was ended, meanwhile. */
async function reap(
  trials: TrialRows,
  connection: Connection,
  studyId: number,
  trialId: number,
  { systemAttributes, requeue }: ReapOptions,
): Promise<number | undefined> {
  if (requeue !== undefined) await trials.lockStudy(connection, studyId)
  const { rows } = await connection.run(
    `DELETE FROM tune_leases WHERE trial_id = ? AND expires_at <= ${trials.database.dialect.now}`,
    [trialId],
  )
  if (rows === 0) return undefined
  const row = await trials.lockTrial(connection, trialId)
  // A lease without a running trial is what remains when another program ended the trial.
  if (row['state'] !== 'RUNNING') return undefined
  await trials.extend(
    connection,
    studyId,
    trialId,
    systemAttributes === undefined ? {} : { systemAttributes },
  )
  await connection.run(`UPDATE trials SET state = 'FAIL', datetime_complete = ? WHERE trial_id = ?`, [
    trials.time(),
    trialId,
  ])
  if (requeue !== undefined) {
    const next = requeue(await trials.read(connection, trialId))
    if (next !== undefined) await trials.add(connection, studyId, next)
  }
  return row['number'] as number
}

/** Takes over the trials of dead owners; see `StudyStorage.adoptTrials`. One token names all that were taken. */
export function adoptTrials(
  trials: TrialRows,
  studyId: number,
  leaseMs: number,
): Promise<readonly StartedTrial[]> {
  const { database } = trials
  const token = randomUUID()
  return database.transaction(async (connection) => {
    const expired = await connection.query(`${EXPIRED_OF_STUDY} ${database.dialect.now}`, [studyId])
    for (const { trial_id: trialId } of expired) {
      await connection.run(
        `UPDATE tune_leases SET token = ?, expires_at = ${database.dialect.now} + ?
          WHERE trial_id = ? AND expires_at <= ${database.dialect.now}
          AND EXISTS (SELECT 1 FROM trials t WHERE t.trial_id = tune_leases.trial_id AND t.state = 'RUNNING')`,
        [token, leaseMs, trialId as number],
      )
    }
    const rows = await connection.query(
      `SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id IN (SELECT trial_id FROM tune_leases WHERE token = ?)`,
      [token],
    )
    const adopted: readonly FrozenTrial[] = await readTrialRows(connection, rows)
    return adopted.map((trial) => ({ trial, lease: { trialId: trial.id, token } }))
  })
}
