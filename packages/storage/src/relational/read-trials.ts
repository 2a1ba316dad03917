import type { FrozenTrial, StudyId, TrialCursor, TrialPage } from '@tune/core'
import { inParts, placeholders, query, type Row, type SqlValue, type Steps } from './database.ts'
import { studyNotFound } from './errors.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

/** How many new trials a page holds. */
const PAGE = 400

/** How far a reader has read a study. */
class StudyCursor {
  readonly studyId: StudyId
  /** The highest trial id that was read. Ids of a study are committed in order, since its row is locked for each. */
  readonly lastId: number
  /** Trials that ran when they were read. */
  readonly running: readonly number[]
  /** Trials that waited when they were read. */
  readonly waiting: readonly number[]
  constructor(
    studyId: StudyId,
    lastId = 0,
    running: readonly number[] = [],
    waiting: readonly number[] = [],
  ) {
    this.studyId = studyId
    this.lastId = lastId
    this.running = running
    this.waiting = waiting
  }
}

/**
 * Reads what is new: trials with a higher id than the last one read, and those that were not finished then. Two
 * statements where a study has no more than some hundred running trials: which trials, and what hangs on them.
 */
export function readTrials(
  trials: TrialRows,
  studyId: StudyId,
  since: TrialCursor | undefined,
): Promise<TrialPage> {
  const from = since instanceof StudyCursor && since.studyId === studyId ? since : new StudyCursor(studyId)
  return trials.database.statements(function* () {
    const study = yield* trials.studies.rowOf(studyId)
    const [running = [], ...moreRunning] = inParts(from.running)
    const [fact, ...rows] = yield* query(...newsOf(trials, study, from, running))
    if (fact?.['trial_id'] !== FACT) throw studyNotFound(studyId)
    const news = rows.filter(({ trial_id: id }) => (id as number) > from.lastId)
    for (const part of moreRunning) rows.push(...(yield* known(part)))
    if (fact['number'] !== from.waiting.length)
      for (const part of inParts(from.waiting)) rows.push(...(yield* known(part, " AND state <> 'WAITING'")))
    const page = yield* readTrialRows(rows)
    const lastId = news.at(-1)?.['trial_id'] as number | undefined
    return { trials: page, cursor: cursorAfter(trials, from, page, lastId), hasMore: news.length === PAGE }
  })
}

/** The id of the row that is no trial: it says that the study is there, and how many known trials still wait. */
const FACT = 0

/** That row, the new trials, and some of those that ran. */
function newsOf(
  { studies }: TrialRows,
  study: number,
  { studyId, lastId, waiting }: StudyCursor,
  running: readonly number[],
): [string, SqlValue[]] {
  const [present, found] = studies.present(studyId, study)
  const [still, counted] =
    waiting.length === 0
      ? ['0', []]
      : [
          `(SELECT COUNT(*) FROM trials w WHERE w.study_id = ? AND w.state = 'WAITING' AND w.trial_id <= ?)`,
          [study, lastId],
        ]
  const again =
    running.length === 0
      ? ''
      : `UNION ALL SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id IN (${placeholders(running.length, 1)})`
  return [
    `SELECT ${FACT} AS trial_id, ${still} AS number, NULL AS state, NULL AS datetime_start, NULL AS datetime_complete
        FROM ${present}
      UNION ALL SELECT * FROM (SELECT ${TRIAL_COLUMNS} FROM trials
        WHERE study_id = ? AND trial_id > ? AND number IS NOT NULL ORDER BY trial_id LIMIT ${PAGE}) news
      ${again}`,
    [...counted, ...found, study, lastId, ...running],
  ]
}

function known(ids: readonly number[], condition = ''): Steps<readonly Row[]> {
  return query(
    `SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id IN (${placeholders(ids.length, 1)})${condition}`,
    ids,
  )
}

function cursorAfter(
  trials: TrialRows,
  from: StudyCursor,
  page: readonly FrozenTrial[],
  lastId = from.lastId,
): StudyCursor {
  const again = new Set(page.map(({ id }) => id))
  const inState = (wanted: FrozenTrial['state']) =>
    page.filter(({ state }) => state === wanted).map(({ id }) => id)
  const running = inState('running')
  const waiting = [...from.waiting.filter((id) => !again.has(id)), ...inState('waiting')]
  const unfinished = [...running, ...waiting]
  const first = unfinished.reduce((least, id) => Math.min(least, id), Number.POSITIVE_INFINITY)
  trials.distributions.learn(from.studyId, page, Math.min(lastId, first - 1))
  return new StudyCursor(from.studyId, lastId, running, waiting)
}
