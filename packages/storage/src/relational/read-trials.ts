import { isFinished, type TrialCursor, type TrialPage } from '@tune/core'
import type { Connection } from './database.ts'
import { studyIdNotFound } from './errors.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

/** How many new trials a page holds. */
const PAGE = 400

/** How far a reader has read a study. */
class StudyCursor {
  readonly studyId: number
  /** The highest trial id that was read. Ids of a study are committed in order, since its row is locked for each. */
  readonly lastId: number
  /** Trials that were not finished when they were read. */
  readonly unfinished: readonly number[]
  constructor(studyId: number, lastId: number, unfinished: readonly number[]) {
    this.studyId = studyId
    this.lastId = lastId
    this.unfinished = unfinished
  }
}

/** Reads what is new: trials with a higher id than the last one read, and those that were not finished then. */
export function readTrials(
  trials: TrialRows,
  studyId: number,
  since: TrialCursor | undefined,
): Promise<TrialPage> {
  const from =
    since instanceof StudyCursor && since.studyId === studyId ? since : new StudyCursor(studyId, 0, [])
  return trials.database.statements(async (connection) => {
    const known = from.unfinished.map(() => '?').join(', ')
    const rows = await connection.query(
      `SELECT * FROM (SELECT ${TRIAL_COLUMNS} FROM trials
          WHERE study_id = ? AND trial_id > ? AND number IS NOT NULL ORDER BY trial_id LIMIT ${PAGE}) news${
            known === '' ? '' : ` UNION ALL SELECT ${TRIAL_COLUMNS} FROM trials WHERE trial_id IN (${known})`
          }`,
      [studyId, from.lastId, ...from.unfinished],
    )
    if (rows.length === 0 && from.lastId === 0) await assertStudy(connection, studyId)
    const page = await readTrialRows(connection, rows)
    const news = page.filter(({ id }) => id > from.lastId)
    const lastId = news.at(-1)?.id ?? from.lastId
    const unfinished = page.filter(({ state }) => !isFinished(state)).map(({ id }) => id)
    trials.distributions.learn(studyId, page, Math.min(lastId, ...unfinished.map((id) => id - 1)))
    return {
      trials: page,
      cursor: new StudyCursor(studyId, lastId, unfinished),
      hasMore: news.length === PAGE,
    }
  })
}

async function assertStudy(connection: Connection, studyId: number): Promise<void> {
  const rows = await connection.query('SELECT study_id FROM studies WHERE study_id = ?', [studyId])
  if (rows.length === 0) throw studyIdNotFound(studyId)
}
