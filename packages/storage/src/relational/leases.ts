import { randomUUID } from 'node:crypto'
import type { Lease, ReapOptions, StartedTrial } from '@tune/core'
import type { Connection } from './database.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

/** Prolongs leases of running trials, all in one statement; see `StudyStorage.renewLeases`. */
export async function renewLeases(
  { database }: TrialRows,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Lease[]> {
  if (leases.length === 0) return []
  const held = `state = 'RUNNING' AND (${leases.map(() => '(trial_id = ? AND tune_token = ?)').join(' OR ')})`
  const values = leases.flatMap(({ trialId, token }) => [trialId, token])
  return database.statements(async (connection) => {
    const { rows } = await connection.run(
      `UPDATE trials SET tune_lease_until = ${database.dialect.now} + ? WHERE ${held}`,
      [leaseMs, ...values],
    )
    if (rows === leases.length) return []
    const valid = await connection.query(`SELECT trial_id FROM trials WHERE ${held}`, values)
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
  const expired = await trials.database.statements((connection) =>
    connection.query(`SELECT trial_id, number FROM trials WHERE study_id = ? AND ${expiredBy(trials)}`, [
      studyId,
    ]),
  )
  const reaped: number[] = []
  for (const { trial_id: trialId, number } of expired) {
    const isMine = await trials.database.transaction((connection) =>
      reap(trials, connection, studyId, trialId as number, options),
    )
    if (isMine) reaped.push(number as number)
  }
  return reaped.sort((a, b) => a - b)
}

/** Fails one trial unless its lease was renewed, or the trial was ended, meanwhile. */
async function reap(
  trials: TrialRows,
  connection: Connection,
  studyId: number,
  trialId: number,
  { systemAttributes = {}, requeue }: ReapOptions,
): Promise<boolean> {
  if (requeue !== undefined) await trials.lockStudy(connection, studyId)
  const { rows } = await connection.run(
    `UPDATE trials SET state = 'FAIL', datetime_complete = ?, tune_token = NULL
      WHERE trial_id = ? AND ${expiredBy(trials)}`,
    [trials.time(), trialId],
  )
  if (rows === 0) return false
  await trials.extend(connection, studyId, trialId, { systemAttributes })
  const next = requeue?.(await trials.read(connection, trialId))
  if (next !== undefined) await trials.add(connection, studyId, next)
  return true
}

/** Takes over the trials of dead owners; see `StudyStorage.adoptTrials`. One token names all that were taken. */
export function adoptTrials(
  trials: TrialRows,
  studyId: number,
  leaseMs: number,
): Promise<readonly StartedTrial[]> {
  const token = randomUUID()
  return trials.database.transaction(async (connection) => {
    await connection.run(
      `UPDATE trials SET tune_token = ?, tune_lease_until = ${trials.database.dialect.now} + ?
        WHERE study_id = ? AND ${expiredBy(trials)}`,
      [token, leaseMs, studyId],
    )
    const rows = await connection.query(
      `SELECT ${TRIAL_COLUMNS} FROM trials WHERE study_id = ? AND state = 'RUNNING' AND tune_token = ?`,
      [studyId, token],
    )
    const adopted = await readTrialRows(connection, rows)
    return adopted.map((trial) => ({ trial, lease: { trialId: trial.id, token } }))
  })
}

function expiredBy({ database }: TrialRows): string {
  return `state = 'RUNNING' AND tune_lease_until <= ${database.dialect.now}`
}
