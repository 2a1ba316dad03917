import type { FrozenTrial, NewTrial, StudyId } from '@tune/core'
import { inParts, placeholders, query, run, type Steps } from './database.ts'
import { once } from './operations.ts'
import { assertNamesKept, insertRows, type Rows, valueRows } from './rows.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

/** A whole trial as rows: its state and times, and what hangs on it. */
export interface WholeTrial {
  readonly state: readonly (string | null)[]
  readonly params: NewTrial['params']
  readonly kinds: readonly Rows[]
}

/** A trial as it is when it is handed over. @throws TuneError INVALID_NAME, INVALID_VALUE */
export function wholeTrial(rows: TrialRows, trial: NewTrial): WholeTrial {
  const kinds = [...rows.rowsOf(trial), valueRows(trial.values ?? [])].filter((it) => it.rows.length > 0)
  return { state: rows.stateColumns(trial), params: new Map(trial.params), kinds }
}

/**
 * Adds whole trials; see `StudyStorage.createTrials`. While the study's lock is held nobody else adds any, so that the
 * last one and their number tell which they are.
 */
export async function createTrials(
  rows: TrialRows,
  studyId: StudyId,
  trials: readonly NewTrial[],
): Promise<readonly FrozenTrial[]> {
  if (trials.length === 0) return []
  const whole = trials.map((trial) => wholeTrial(rows, trial))
  return once(rows.database, function* ({ done, remember }) {
    const study = yield* rows.studies.lock(studyId)
    let last = yield* done()
    if (last === undefined) {
      last = (yield* addTrials(rows, study, studyId, whole)).at(-1) as number
      yield* remember(last)
    }
    const added = yield* query(
      `SELECT ${TRIAL_COLUMNS} FROM trials WHERE study_id = ? AND trial_id <= ? ORDER BY trial_id DESC LIMIT ${trials.length}`,
      [study, last],
    )
    return yield* readTrialRows(added)
  })
}

/**
 * Adds trials to a study whose row is locked: their rows first, then what hangs on all of them, table by table.
 *
 * @returns their ids
 */
export function* addTrials(
  rows: TrialRows,
  study: number,
  studyId: StudyId,
  trials: readonly WholeTrial[],
): Steps<readonly number[]> {
  yield* rows.distributions.assertCompatible(
    studyId,
    trials.map(({ params }) => params ?? new Map()),
  )
  const first = (yield* lastNumber(study)) + 1
  const numbered = trials.map(({ state }, i) => [first + i, study, ...state])
  for (const part of inParts(numbered)) {
    yield* run(
      `INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete)
        VALUES ${placeholders(part.length, 5)}`,
      part.flat(),
    )
  }
  const made = yield* query(
    'SELECT trial_id FROM trials WHERE study_id = ? AND number >= ? ORDER BY trial_id',
    [study, first],
  )
  const ids = made.map(({ trial_id: id }) => id as number)
  const { dialect, tellsNamesApart } = rows.database
  for (const [shape, owned] of byTable(trials, ids)) yield* insertRows(dialect, shape, owned)
  if (!tellsNamesApart) {
    for (const [i, { kinds }] of trials.entries())
      for (const kind of kinds) yield* assertNamesKept(kind, ids[i] as number)
  }
  return ids
}

/** The rows of all trials, a table each. */
function byTable(trials: readonly WholeTrial[], ids: readonly number[]) {
  const tables = new Map<string, [shape: Rows, owned: (readonly (string | number | null)[])[]]>()
  for (const [i, { kinds }] of trials.entries()) {
    for (const kind of kinds) {
      const [, owned] = tables.get(kind.table) ?? [kind, []]
      for (const row of kind.rows) owned.push([ids[i] as number, ...row])
      tables.set(kind.table, [kind, owned])
    }
  }
  return tables.values()
}

/** The highest number of a study's trials, -1 where there are none: trials have ids in the order of their numbers. */
function* lastNumber(study: number): Steps<number> {
  const [row] = yield* query(
    `SELECT number FROM trials WHERE trial_id = (SELECT MAX(trial_id) FROM trials WHERE study_id = ?)`,
    [study],
  )
  return (row?.['number'] ?? -1) as number
}
