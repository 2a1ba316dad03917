import { randomUUID } from 'node:crypto'
import type { FrozenTrial, StartedTrial, StartOptions } from '@tune/core'
import type { Connection } from './database.ts'
import type { GrantedLease, TrialRows } from './trial-rows.ts'

/** More trials than any study has. */
const UNLIMITED = Number.MAX_SAFE_INTEGER

/**
 * Starts the waiting trial with the lowest number, or a new one; see `StudyStorage.startTrial`.
 *
 * Three statements for a new trial: the lock, the facts, the trial with its lease. While the lock is held, everybody else
 * waits who starts a trial of the study. The lease's token tells after a lost answer whether the trial was started.
 */
export function startTrial(
  trials: TrialRows,
  studyId: number,
  { leaseMs, budget = UNLIMITED }: StartOptions,
): Promise<StartedTrial | undefined> {
  const lease = { token: randomUUID(), leaseMs }
  return trials.database.transaction(async (connection, again) => {
    await trials.lockStudy(connection, studyId)
    const trial =
      (again ? await startedWith(trials, connection, studyId, lease) : undefined) ??
      (await claimOrCreate(trials, connection, studyId, lease, budget))
    return trial && { trial, lease: { trialId: trial.id, token: lease.token } }
  })
}

async function claimOrCreate(
  trials: TrialRows,
  connection: Connection,
  studyId: number,
  lease: GrantedLease,
  budget: number,
): Promise<FrozenTrial | undefined> {
  const { last, waiting, counted } = await readFacts(connection, studyId, budget)
  if (counted >= budget) return undefined
  const claimed = waiting === null ? undefined : await claim(trials, connection, studyId, waiting, lease)
  return claimed ?? createRunning(trials, connection, studyId, last, lease)
}

interface Facts {
  /** The highest number, -1 where there is no trial. */
  readonly last: number
  /** The waiting trial with the lowest number. */
  readonly waiting: number | null
  /** How many trials count for the budget; 0 while there are fewer trials at all than it allows. */
  readonly counted: number
}

/** Trials have ids in the order of their numbers, so that each fact is one look into an index. */
async function readFacts(connection: Connection, studyId: number, budget: number): Promise<Facts> {
  const [row] = await connection.query(
    `SELECT last, waiting, CASE WHEN last + 1 < ? THEN 0 ELSE last + 1 - (
        SELECT COUNT(*) FROM trials WHERE study_id = ? AND state IN ('WAITING', 'FAIL')) END AS counted
      FROM (SELECT
        COALESCE((SELECT number FROM trials WHERE trial_id =
          (SELECT MAX(trial_id) FROM trials WHERE study_id = ?)), -1) AS last,
        (SELECT MIN(trial_id) FROM trials WHERE study_id = ? AND state = 'WAITING') AS waiting) facts`,
    [budget, studyId, studyId, studyId],
  )
  return row as unknown as Facts
}

/** @returns `undefined` when no trial waits any more: Python claims one without the study's lock. */
async function claim(
  trials: TrialRows,
  connection: Connection,
  studyId: number,
  trialId: number,
  lease: GrantedLease,
): Promise<FrozenTrial | undefined> {
  const { now, forUpdate } = trials.database.dialect
  const { rows } = await connection.run(
    `UPDATE trials SET state = 'RUNNING', datetime_start = ?, tune_token = ?, tune_lease_until = ${now} + ?
      WHERE trial_id = ? AND state = 'WAITING'`,
    [trials.time(), lease.token, lease.leaseMs, trialId],
  )
  if (rows > 0) return trials.read(connection, trialId)
  const [next] = await connection.query(
    `SELECT trial_id FROM trials WHERE study_id = ? AND state = 'WAITING' ORDER BY trial_id LIMIT 1${forUpdate}`,
    [studyId],
  )
  return next && claim(trials, connection, studyId, next['trial_id'] as number, lease)
}

async function createRunning(
  trials: TrialRows,
  connection: Connection,
  studyId: number,
  last: number,
  lease: GrantedLease,
): Promise<FrozenTrial> {
  return {
    ...(await trials.insert(connection, studyId, { state: 'running' }, last, lease)),
    state: 'running',
    values: null,
    params: new Map(),
    intermediateValues: new Map(),
    userAttributes: {},
    systemAttributes: {},
    startedAt: trials.now(),
    completedAt: null,
  }
}

async function startedWith(
  trials: TrialRows,
  connection: Connection,
  studyId: number,
  { token }: GrantedLease,
): Promise<FrozenTrial | undefined> {
  const [row] = await connection.query(
    `SELECT trial_id FROM trials WHERE study_id = ? AND state = 'RUNNING' AND tune_token = ?`,
    [studyId, token],
  )
  return row && trials.read(connection, row['trial_id'] as number)
}
