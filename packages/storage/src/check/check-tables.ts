import { type Clock, isTuneError } from '@tune/core'
import { type Database, query, run, type Steps } from '../relational/database.ts'
import type { Migration } from '../relational/migrations.ts'
import { assertVersions, readVersions } from '../relational/schema.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

/** Optuna 5 keeps times in UTC; those before it keep the local time of whoever wrote. */
const UTC_SINCE = 5

/** Which Optuna made the tables, and whether we can work with them. */
export function* checkSchema(where: string): Steps<readonly Finding[]> {
  try {
    yield* assertVersions(where)
  } catch (error) {
    if (!isTuneError(error)) throw error
    return [failure('schema', error.message)]
  }
  const { alembic, library } = yield* readVersions()
  const findings = [ok('schema', `Optuna's ${alembic}, made by Optuna ${library}`)]
  if (Number.parseInt(library ?? '', 10) < UTC_SINCE) {
    findings.push(
      warning(
        'times',
        `Optuna before 5 writes local times, here read as UTC: times of its trials may be off by some hours`,
      ),
    )
  }
  return findings
}

/** Whether our own tables are those of this version. */
export function pendingFinding(pending: readonly Migration[], needs = ''): Finding {
  return pending.length === 0
    ? ok('migrations', 'all applied')
    : warning(
        'migrations',
        `${pending.length} to apply: the next run, or "tuner storage upgrade", does it${needs}`,
      )
}

/** How far the database's clock is from ours, in milliseconds, beyond which people are confused by times. */
const MOST_SKEW = 2000

export function* checkClock({ dialect }: Database, clock: Clock): Steps<Finding> {
  const [row] = yield* query(`SELECT ${dialect.now} AS now`)
  const skew = (row?.['now'] as number) - clock.now()
  const text = `the database's clock is ${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} this machine's`
  return Math.abs(skew) <= MOST_SKEW
    ? ok('clock', text)
    : warning(
        'clock',
        `${text}: leases go by the database's, times of trials by this machine's; set them right`,
      )
}

/** Ends the transaction that tries what a tuner does: nothing of it stays. */
class Undo extends Error {}

/** Whether this user may do what a tuner does. */
export async function checkPermissions(database: Database): Promise<Finding> {
  const outcome: unknown = await database
    .transaction(function* () {
      const name = `tune:check ${process.pid}`
      const study = yield* run('INSERT INTO studies (study_name) VALUES (?)', [name])
      const trial = yield* run(`INSERT INTO trials (number, study_id, state) VALUES (0, ?, 'RUNNING')`, [
        study.id,
      ])
      yield* run(`UPDATE trials SET state = 'FAIL' WHERE trial_id = ?`, [trial.id])
      yield* run('DELETE FROM trials WHERE trial_id = ?', [trial.id])
      throw new Undo()
    })
    .catch((error: unknown) => error)
  if (outcome instanceof Undo) return ok('permissions', 'this user may read, insert, update and delete')
  if (!isTuneError(outcome)) throw outcome
  return failure('permissions', `${outcome.message}; a tuner needs SELECT, INSERT, UPDATE and DELETE`)
}
