import type { TrialOutcome } from '@tune/core'
import { encodeState } from '../optuna/encoding.ts'
import type { Connection } from './database.ts'
import { assertState, leaseLost } from './errors.ts'
import { insertRows, valueRows } from './rows.ts'
import type { TrialRows } from './trial-rows.ts'

/**
 * Ends a trial; see `StudyStorage.finishTrial`. Its state goes first, under the lease: that fences off everybody else.
 * The token stays with the trial, so that it can be told after a lost answer who ended it.
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
    if (!(await setState(trials, connection, trialId, outcome))) {
      if (again && (await isDone(trials, connection, trialId, outcome))) return
      await refuse(trials, connection, trialId, outcome)
    }
    await trials.extend(connection, study, trialId, outcome)
    await insertRows(connection, trials.database.dialect, valueRows(outcome.values ?? []), trialId)
    if (outcome.requeue !== undefined) await trials.add(connection, study, outcome.requeue)
  })
}

/** @returns whether the trial was running, and the caller's. */
async function setState(
  trials: TrialRows,
  connection: Connection,
  trialId: number,
  { state, lease }: TrialOutcome,
): Promise<boolean> {
  const { rows } = await connection.run(
    `UPDATE trials SET state = ?, datetime_complete = ?${lease === undefined ? ', tune_token = NULL' : ''}
      WHERE trial_id = ? AND state = 'RUNNING'${lease === undefined ? '' : ' AND tune_token = ?'}`,
    [encodeState(state), trials.time(), trialId, ...(lease === undefined ? [] : [lease.token])],
  )
  return rows > 0
}

/** @throws TuneError TRIAL_NOT_FOUND, LEASE_LOST, TRIAL_NOT_RUNNING: why the trial could not be ended. */
async function refuse(
  trials: TrialRows,
  connection: Connection,
  trialId: number,
  { lease }: TrialOutcome,
): Promise<void> {
  const row = await trials.lockTrial(connection, trialId)
  if (lease !== undefined) throw leaseLost(row)
  assertState(row, ['running'])
}

/** Whether the trial has ended in exactly this way: then it was this very call that did it, and its answer was lost. */
async function isDone(
  trials: TrialRows,
  connection: Connection,
  trialId: number,
  { state, values, lease }: TrialOutcome,
): Promise<boolean> {
  if (lease !== undefined) {
    const [row] = await connection.query(
      'SELECT trial_id FROM trials WHERE trial_id = ? AND tune_token = ?',
      [trialId, lease.token],
    )
    return row !== undefined
  }
  const trial = await trials.read(connection, trialId)
  return trial.state === state && String(trial.values) === String(values)
}
