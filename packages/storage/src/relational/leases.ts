import { randomUUID } from 'node:crypto'
import type {
  FrozenTrial,
  Lease,
  OrphanOptions,
  ReapOptions,
  StartedTrial,
  StudyId,
  TrialOwner,
} from '@tune/core'
import { addTrials, wholeTrial } from './create-trials.ts'
import { inParts, placeholders, query, type Row, run, type Steps } from './database.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

/** Prolongs leases of running trials; see `StudyStorage.renewLeases`. */
export async function renewLeases(
  { database }: TrialRows,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Lease[]> {
  return database.statements(function* () {
    const lost: Lease[] = []
    for (const part of inParts(leases)) {
      const held = `state = 'RUNNING' AND (${part.map(() => '(trial_id = ? AND tune_token = ?)').join(' OR ')})`
      const values = part.flatMap(({ trialId, token }) => [trialId, token])
      const { count } = yield* run(
        `UPDATE trials SET tune_lease_until = ${database.dialect.now} + ? WHERE ${held}`,
        [leaseMs, ...values],
      )
      if (count === part.length) continue
      const valid = yield* query(`SELECT trial_id FROM trials WHERE ${held}`, values)
      const still = new Set(valid.map(({ trial_id: id }) => id))
      lost.push(...part.filter(({ trialId }) => !still.has(trialId)))
    }
    return lost
  })
}

/** Fails the trials of dead owners; see `StudyStorage.reapTrials`. One token names who reaped them. */
export async function reapTrials(
  trials: TrialRows,
  studyId: StudyId,
  options: ReapOptions,
): Promise<readonly number[]> {
  const orphaned = orphanedBy(trials, options)
  // Nobody waits for a lock where there are none, as there usually are.
  const seen = await trials.database.statements(function* () {
    return yield* orphansOf(yield* trials.studies.find(studyId), orphaned, options)
  })
  if (seen.length === 0) return []
  const token = randomUUID()
  return trials.database.transaction(function* (again) {
    const study = yield* trials.studies.lock(studyId)
    if (again) {
      const reaped = yield* query(
        `SELECT number FROM trials WHERE study_id = ? AND state = 'FAIL' AND tune_token = ? ORDER BY number`,
        [study, token],
      )
      if (reaped.length > 0) return reaped.map(({ number }) => number as number)
    }
    const reaped: number[] = []
    for (const { trial_id: trialId, number } of yield* orphansOf(study, orphaned, options)) {
      // Its owner may have renewed its lease, or ended it, meanwhile.
      const { count } = yield* run(
        `UPDATE trials SET state = 'FAIL', datetime_complete = ?, tune_token = ? WHERE trial_id = ? AND ${orphaned}`,
        [trials.time(), token, trialId as number],
      )
      if (count === 0) continue
      yield* bury(trials, studyId, study, trialId as number, options)
      reaped.push(number as number)
    }
    return reaped
  })
}

/** Writes why a trial failed, and adds the one that tries it again. */
function* bury(
  trials: TrialRows,
  studyId: StudyId,
  study: number,
  trialId: number,
  { systemAttributes = {}, requeue }: ReapOptions,
): Steps<void> {
  yield* trials.extend(studyId, trialId, undefined, trials.rowsOf({ systemAttributes }))
  const next = requeue?.(yield* trials.read(trialId))
  if (next !== undefined) yield* addTrials(trials, study, studyId, [wholeTrial(trials, next)])
}

/** Takes over the trials of dead owners; see `StudyStorage.adoptTrials`. One token names all that were taken. */
export function adoptTrials(
  trials: TrialRows,
  studyId: StudyId,
  leaseMs: number,
  options: OrphanOptions,
): Promise<readonly StartedTrial[]> {
  const token = randomUUID()
  const expired = orphanedBy(trials, options)
  return trials.database.transaction(function* () {
    const study = yield* trials.studies.lock(studyId)
    const orphans = yield* orphansOf(study, expired, options)
    for (const part of inParts(orphans)) {
      yield* run(
        `UPDATE trials SET tune_token = ?, tune_lease_until = ${trials.database.dialect.now} + ?
          WHERE trial_id IN (${placeholders(part.length, 1)}) AND ${expired}`,
        [token, leaseMs, ...part.map(({ trial_id: id }) => id as number)],
      )
    }
    const rows = yield* query(
      `SELECT ${TRIAL_COLUMNS} FROM trials WHERE study_id = ? AND state = 'RUNNING' AND tune_token = ?`,
      [study, token],
    )
    const adopted = yield* readTrialRows(rows)
    return adopted.map((trial: FrozenTrial) => ({ trial, lease: { studyId, trialId: trial.id, token } }))
  })
}

/** Running trials and what shows that somebody evaluates them; see `StudyStorage.readOwners`. */
export function readOwners(trials: TrialRows, studyId: StudyId): Promise<readonly TrialOwner[]> {
  return trials.database.statements(function* () {
    const study = yield* trials.studies.find(studyId)
    const rows = yield* query(
      `SELECT t.number, t.tune_token, h.heartbeat FROM trials t
        LEFT JOIN trial_heartbeats h ON h.trial_id = t.trial_id
        WHERE t.study_id = ? AND t.state = 'RUNNING' ORDER BY t.number`,
      [study],
    )
    return rows.map(({ number, tune_token: token, heartbeat }) => ({
      number: number as number,
      sign: token !== null ? ('lease' as const) : heartbeat === null ? ('none' as const) : 'heartbeat',
    }))
  })
}

/** The trials that a condition finds orphaned, but for those of leases that the caller holds. */
function* orphansOf(
  study: number,
  orphaned: string,
  { held = new Set(), except = new Set() }: OrphanOptions,
): Steps<readonly Row[]> {
  const rows = yield* query(
    `SELECT trial_id, number, tune_token FROM trials WHERE study_id = ? AND ${orphaned} ORDER BY trial_id`,
    [study],
  )
  return rows.filter(
    ({ tune_token: token, number }) => !held.has(String(token)) && !except.has(number as number),
  )
}

/** The condition that nobody evaluates a running trial any more. */
function orphanedBy({ database }: TrialRows, { leaseGraceMs = 0, heartbeatGraceMs }: ReapOptions): string {
  const { now, secondsSince } = database.dialect
  const grace = (heartbeatGraceMs ?? Number.POSITIVE_INFINITY) / 1000
  const signs = [
    ...(Number.isFinite(leaseGraceMs) ? [`tune_lease_until <= ${now} - ${Math.round(leaseGraceMs)}`] : []),
    ...(Number.isFinite(grace)
      ? [
          `(tune_token IS NULL AND trial_id IN (
            SELECT h.trial_id FROM trial_heartbeats h WHERE ${secondsSince('h.heartbeat')} > ${grace}))`,
        ]
      : []),
  ]
  return `state = 'RUNNING' AND (${signs.length === 0 ? '1 = 0' : signs.join(' OR ')})`
}
