import { randomUUID } from 'node:crypto'
import type { FrozenTrial, StartedTrial, StartOptions, StudyId } from '@tune/core'
import { query, run, type Steps } from './database.ts'
import type { TrialRows } from './trial-rows.ts'

/** A lease as it is given: who holds it, and for how many milliseconds from now. */
interface GrantedLease {
  readonly token: string
  readonly leaseMs: number
}

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
  studyId: StudyId,
  { leaseMs, budget = UNLIMITED }: StartOptions,
): Promise<StartedTrial | undefined> {
  const lease = { token: randomUUID(), leaseMs }
  return trials.database.transaction(function* (again) {
    const study = yield* trials.studies.lock(studyId)
    const trial =
      (again ? yield* startedWith(trials, study, lease) : undefined) ??
      (yield* claimOrCreate(trials, study, lease, budget))
    return trial && { trial, lease: { studyId, trialId: trial.id, token: lease.token } }
  })
}

function* claimOrCreate(
  trials: TrialRows,
  study: number,
  lease: GrantedLease,
  budget: number,
): Steps<FrozenTrial | undefined> {
  const { last, waiting, counted } = yield* readFacts(study, budget)
  if (counted >= budget) return undefined
  const claimed = waiting === null ? undefined : yield* claim(trials, study, waiting, lease)
  return claimed ?? (yield* createRunning(trials, study, last, lease))
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
function* readFacts(study: number, budget: number): Steps<Facts> {
  const [row] = yield* query(
    `SELECT last, waiting, CASE WHEN last + 1 < ? THEN 0 ELSE last + 1 - (
        SELECT COUNT(*) FROM trials WHERE study_id = ? AND state IN ('WAITING', 'FAIL')) END AS counted
      FROM (SELECT
        COALESCE((SELECT number FROM trials WHERE trial_id =
          (SELECT MAX(trial_id) FROM trials WHERE study_id = ?)), -1) AS last,
        (SELECT MIN(trial_id) FROM trials WHERE study_id = ? AND state = 'WAITING') AS waiting) facts`,
    [budget, study, study, study],
  )
  return row as unknown as Facts
}

/** @returns `undefined` when no trial waits any more: Python claims one without the study's lock. */
function* claim(
  trials: TrialRows,
  study: number,
  trialId: number,
  lease: GrantedLease,
): Steps<FrozenTrial | undefined> {
  const { now, forUpdate } = trials.database.dialect
  const { count } = yield* run(
    `UPDATE trials SET state = 'RUNNING', datetime_start = ?, tune_token = ?, tune_lease_until = ${now} + ?
      WHERE trial_id = ? AND state = 'WAITING'`,
    [trials.time(), lease.token, lease.leaseMs, trialId],
  )
  if (count > 0) return yield* trials.read(trialId)
  const [next] = yield* query(
    `SELECT trial_id FROM trials WHERE study_id = ? AND state = 'WAITING' ORDER BY trial_id LIMIT 1${forUpdate}`,
    [study],
  )
  return next && (yield* claim(trials, study, next['trial_id'] as number, lease))
}

function* createRunning(
  trials: TrialRows,
  study: number,
  last: number,
  lease: GrantedLease,
): Steps<FrozenTrial> {
  const startedAt = trials.now()
  const number = last + 1
  const { id } = yield* run(
    `INSERT INTO trials (number, study_id, state, datetime_start, tune_token, tune_lease_until)
      VALUES (?, ?, 'RUNNING', ?, ?, ${trials.database.dialect.now} + ?)`,
    [number, study, trials.time(startedAt), lease.token, lease.leaseMs],
  )
  return {
    id,
    number,
    state: 'running',
    values: null,
    params: new Map(),
    intermediateValues: new Map(),
    userAttributes: {},
    systemAttributes: {},
    startedAt,
    completedAt: null,
  }
}

function* startedWith(
  trials: TrialRows,
  study: number,
  { token }: GrantedLease,
): Steps<FrozenTrial | undefined> {
  const [row] = yield* query(
    `SELECT trial_id FROM trials WHERE study_id = ? AND state = 'RUNNING' AND tune_token = ?`,
    [study, token],
  )
  return row && (yield* trials.read(row['trial_id'] as number))
}
