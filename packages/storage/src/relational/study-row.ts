import { STUDY_IDENTITY, type StudyId } from '@tune/core'
import { type Database, query, run, type SqlValue, type Steps } from './database.ts'
import { studyNotFound } from './errors.ts'

/** Finds a study `s` by its identity. */
const BY_IDENTITY = `studies s JOIN study_system_attributes i
  ON i.study_id = s.study_id AND i.\`key\` = '${STUDY_IDENTITY}' WHERE i.value_json = ?`

/**
 * Where studies are. The row of an identity never changes; but where a database gives the keys of deleted rows to others,
 * each look into a row asks for the identity as well.
 */
export class StudyRows {
  readonly #database: Database
  readonly #rows = new Map<StudyId, number>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Remembers where a study is. */
  learn(studyId: StudyId, row: number): void {
    this.#rows.set(studyId, row)
  }

  /** The tables and the condition that find a study `s` that was once in a row, and their values. */
  present(studyId: StudyId, row: number): readonly [sql: string, values: readonly SqlValue[]] {
    return this.#database.dialect.reusesKeys
      ? [`${BY_IDENTITY} AND s.study_id = ?`, [JSON.stringify(studyId), row]]
      : ['studies s WHERE s.study_id = ?', [row]]
  }

  /** The row of a study that was there once. @throws TuneError STUDY_NOT_FOUND */
  *rowOf(studyId: StudyId): Steps<number> {
    return this.#rows.get(studyId) ?? (yield* this.find(studyId))
  }

  /** The row of a study that is there. @throws TuneError STUDY_NOT_FOUND */
  *find(studyId: StudyId): Steps<number> {
    return yield* this.#find(studyId, '')
  }

  /**
   * Locks the study's row, as everybody does who gives a trial its number, Optuna too: so numbers have no gaps, and ids
   * become visible in their order. It must be the first statement of its transaction: a database may answer what
   * follows from the state that the first statement saw.
   *
   * @returns the row's id
   * @throws TuneError STUDY_NOT_FOUND
   */
  *lock(studyId: StudyId): Steps<number> {
    return yield* this.#find(studyId, this.#database.dialect.forUpdate)
  }

  *#find(studyId: StudyId, suffix: string): Steps<number> {
    const known = this.#rows.get(studyId)
    const [present, values] =
      known === undefined ? [BY_IDENTITY, [JSON.stringify(studyId)]] : this.present(studyId, known)
    const [found] = yield* query(`SELECT s.study_id FROM ${present}${suffix}`, values)
    if (found === undefined) throw studyNotFound(studyId)
    const row = found['study_id'] as number
    this.#rows.set(studyId, row)
    return row
  }
}

/** Gives an identity to a study that has none: one that Optuna made, or an older tune. */
export function* identify(database: Database, row: number, identity: StudyId): Steps<void> {
  yield* run(
    `INSERT INTO study_system_attributes (study_id, \`key\`, value_json) VALUES (?, '${STUDY_IDENTITY}', ?)
      ${database.dialect.keepExisting('study_id')}`,
    [row, JSON.stringify(identity)],
  )
}
