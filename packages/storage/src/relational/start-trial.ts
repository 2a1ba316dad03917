import { randomUUID } from 'node:crypto'
import type { FrozenTrial, StartedTrial, StartOptions } from '@tune/core'
import type { Connection } from './database.ts'
import { grantLease } from './leases.ts'
import type { TrialRows } from './trial-rows.ts'

/** More trials than any study has. */
const UNLIMITED = Number.MAX_SAFE_INTEGER

/**
 * Starts the waiting trial with the lowest number, or a new one; see `StudyStorage.startTrial`.
 *
 * Four statements for a new trial: the lock, the facts, the trial, its lease. The lease's token tells after a lost
 * answer whether the trial was started.
 */
export function startTrial(
  trials: TrialRows,
  studyId: number,
  { leaseMs, budget = UNLIMITED }: StartOptions,
): Promise<StartedTrial | undefined> {
  const token = randomUUID()
  return trials.database.transaction(async (connection, again) => {
    await trials.lockStudy(connection, studyId)
    const started = again ? await startedWith(trials, connection, token) : undefined
    if (started !== undefined) return { trial: started, lease: { trialId: started.id, token } }
    const { last, waiting, counted } = await readFacts(connection, studyId, budget)
    if (counted >= budget) return undefined
    const trial =
      waiting === null
        ? await createRunning(trials, connection, studyId, last)
        : ((await claim(trials, connection, studyId, waiting)) ??
          (await createRunning(trials, connection, studyId, last)))
    return { trial, lease: await grantLease(trials, connection, trial.id, token, leaseMs) }
  })
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
): Promise<FrozenTrial | undefined> {
  const { rows } = await connection.run(
    `UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ? AND state = 'WAITING'`,
    [trials.time(), trialId],
  )
  if (rows > 0) return trials.read(connection, trialId)
  // A locking read sees the newest state, whatever this transaction has seen before.
  const [next] = await connection.query(
    `SELECT trial_id FROM trials WHERE study_id = ? AND state = 'WAITING'
      ORDER BY trial_id LIMIT 1${trials.database.dialect.forUpdate}`,
    [studyId],
  )
  return next === undefined ? undefined : claim(trials, connection, studyId, next['trial_id'] as number)
}

async function createRunning(
  trials: TrialRows,
  connection: Connection,
  studyId: number,
  last: number,
): Promise<FrozenTrial> {
  return {
    ...(await trials.insert(connection, studyId, 'running', last)),
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
  token: string,
): Promise<FrozenTrial | undefined> {
  const [row] = await connection.query('SELECT trial_id FROM tune_leases WHERE token = ?', [token])
  return row === undefined ? undefined : trials.read(connection, row['trial_id'] as number)
}
