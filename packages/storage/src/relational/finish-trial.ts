import type { FrozenTrial, TrialOutcome } from '@tune/core'
import { encodeState } from '../optuna/encoding.ts'
import type { Connection, Row } from './database.ts'
import { assertState, leaseLost } from './errors.ts'
import { insertRows, valueRows } from './rows.ts'
import type { TrialRows } from './trial-rows.ts'

/**
 * Ends a trial; see `StudyStorage.finishTrial`.
 *
 * Its lease is deleted first: that fences off everybody else, and is three statements with the state and the values.
 *
 * @param studyId the trial's study, where the caller knows it.
 */
export function finishTrial(
  trials: TrialRows,
  trialId: number,
  outcome: TrialOutcome,
  studyId: number | undefined,
): Promise<void> {
  return trials.database.transaction(async (connection, again) => {
    const study = studyId ?? ((await trials.lockTrial(connection, trialId))['study_id'] as number)
    if (outcome.requeue !== undefined) await trials.lockStudy(connection, study)
    if (again && (await isDone(trials, connection, trialId, outcome))) return
    await takeLease(trials, connection, trialId, outcome)
    const { rows } = await connection.run(
      `UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ? AND state = 'RUNNING'`,
      [encodeState(outcome.state), trials.time(), trialId],
    )
    if (rows === 0) assertState(await trials.lockTrial(connection, trialId), ['running'])
    await trials.extend(connection, study, trialId, outcome)
    await insertRows(connection, trials.database.dialect, valueRows(outcome.values ?? []), trialId)
    if (outcome.requeue !== undefined) await trials.add(connection, study, outcome.requeue)
  })
}

/** @throws TuneError LEASE_LOST, TRIAL_NOT_FOUND */
async function takeLease(
  trials: TrialRows,
  connection: Connection,
  trialId: number,
  { lease }: TrialOutcome,
): Promise<void> {
  const { rows } = await connection.run(
    `DELETE FROM tune_leases WHERE trial_id = ?${lease === undefined ? '' : ' AND token = ?'}`,
    lease === undefined ? [trialId] : [trialId, lease.token],
  )
  if (lease !== undefined && rows === 0) throw leaseLost(await trials.lockTrial(connection, trialId))
}

/** Whether the trial has ended in exactly this way: then it was this very call that did it, and its answer was lost. */
async function isDone(
  trials: TrialRows,
  connection: Connection,
  trialId: number,
  { state, values }: TrialOutcome,
): Promise<boolean> {
  const row: Row = await trials.lockTrial(connection, trialId)
  if (row['state'] !== encodeState(state)) return false
  const trial: FrozenTrial = await trials.read(connection, trialId)
  return JSON.stringify(trial.values?.map(String)) === JSON.stringify(values?.map(String))
}
