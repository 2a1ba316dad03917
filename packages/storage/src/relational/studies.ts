import { randomUUID } from 'node:crypto'
import {
  type AttributeKind,
  type Attributes,
  assertNoIdentity,
  type FrozenStudy,
  isTuneError,
  type NewStudy,
  type StudyId,
  TuneError,
} from '@tune/core'
import { encodeDirection } from '../optuna/encoding.ts'
import { type Database, placeholders, query, run, type Steps } from './database.ts'
import { studyExists } from './errors.ts'
import { once } from './operations.ts'
import { assertLengths, assertNamesKept, attributeRows, insertRows, ownedRows, type Rows } from './rows.ts'
import { readStudies, type StudyInRow } from './study-reader.ts'
import { identify } from './study-row.ts'
import { ATTRIBUTE_TABLES } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

const MAX_NAME = 512
const TRIAL_CHILDREN = [
  'trial_params',
  'trial_values',
  'trial_intermediate_values',
  'trial_user_attributes',
  'trial_system_attributes',
  'trial_heartbeats',
]
const STUDY_CHILDREN = ['study_directions', 'study_user_attributes', 'study_system_attributes', 'trials']

export async function createStudy(
  { database, studies }: TrialRows,
  { name, directions, systemAttributes = {} }: NewStudy,
): Promise<FrozenStudy> {
  if (name === '' || name.length > MAX_NAME) {
    throw new TuneError(
      'INVALID_NAME',
      `study name: it must have 1 to ${MAX_NAME} characters, but has ${name.length}`,
      { name },
    )
  }
  const encoded = directions.map((direction, objective) => [encodeDirection(direction), objective] as const)
  const attributes = studyRows(database, 'system', systemAttributes)
  const identity = randomUUID()
  try {
    await once(database, function* ({ done, remember }) {
      if ((yield* done()) !== undefined) return
      const { id: row } = yield* run('INSERT INTO studies (study_name) VALUES (?)', [name])
      yield* run(
        `INSERT INTO study_directions (study_id, direction, objective) VALUES ${placeholders(encoded.length, 3)}`,
        encoded.flatMap((direction) => [row, ...direction]),
      )
      yield* identify(database, row, identity)
      yield* writeAttributes(database, row, attributes)
      yield* remember(row)
    })
  } catch (error) {
    if (isTuneError(error, 'STORAGE_CONFLICT')) throw await nameTaken(database, name)
    throw error
  }
  const created = await database.statements(() => readStudies(`i.value_json = ?`, [JSON.stringify(identity)]))
  return learned(studies, created)[0] as FrozenStudy
}

/** @throws TuneError STUDY_NOT_FOUND */
export async function readStudy({ database, studies }: TrialRows, name: string): Promise<FrozenStudy> {
  const found = await database.statements(() => readIdentified(database, 's.study_name = ?', [name]))
  // A database that ignores case finds other names as well.
  const study = learned(studies, found).find((it) => it.name === name)
  if (study === undefined) throw new TuneError('STUDY_NOT_FOUND', `no study '${name}'`, { name })
  return study
}

export async function listStudies({ database, studies }: TrialRows): Promise<readonly FrozenStudy[]> {
  return learned(studies, await database.statements(() => readIdentified(database, '1 = 1', [])))
}

export async function setStudyAttributes(
  { database, studies }: TrialRows,
  studyId: StudyId,
  kind: AttributeKind,
  attributes: Attributes,
  keepExisting: boolean,
): Promise<void> {
  const rows = { ...studyRows(database, kind, attributes), replace: !keepExisting }
  await once(database, function* ({ done, remember }) {
    const row = yield* studies.lock(studyId)
    if ((yield* done()) !== undefined) return
    yield* writeAttributes(database, row, rows)
    yield* remember(row)
  })
}

export function deleteStudy({ database, studies }: TrialRows, studyId: StudyId): Promise<void> {
  return database.transaction(function* (again) {
    let row: number
    try {
      row = yield* studies.lock(studyId)
    } catch (error) {
      if (again && isTuneError(error, 'STUDY_NOT_FOUND')) return
      throw error
    }
    // Who writes what hangs on a trial waits for its row, and does not find it then.
    yield* query(`SELECT trial_id FROM trials WHERE study_id = ?${database.dialect.forUpdate}`, [row])
    for (const table of TRIAL_CHILDREN) {
      yield* run(`DELETE FROM ${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)`, [
        row,
      ])
    }
    for (const table of STUDY_CHILDREN) yield* run(`DELETE FROM ${table} WHERE study_id = ?`, [row])
    yield* run('DELETE FROM studies WHERE study_id = ?', [row])
  })
}

/** Studies with their identities; those that Optuna made, or an older tune, get theirs now. */
function* readIdentified(
  database: Database,
  where: string,
  values: readonly string[],
): Steps<readonly StudyInRow[]> {
  const found = yield* readStudies(where, values)
  const strangers = found.filter(({ study }) => study.id === '')
  if (strangers.length === 0) return found
  for (const { row } of strangers) yield* identify(database, row, randomUUID())
  return yield* readStudies(where, values)
}

function learned(studies: TrialRows['studies'], found: readonly StudyInRow[]): readonly FrozenStudy[] {
  return found.map(({ study, row }) => {
    studies.learn(study.id, row)
    return study
  })
}

/** @throws TuneError INVALID_NAME, INVALID_VALUE */
function studyRows(database: Database, kind: AttributeKind, attributes: Attributes): Rows {
  assertNoIdentity(attributes)
  const rows = attributeRows(ATTRIBUTE_TABLES[kind].study, 'study_id', attributes)
  assertLengths(database.dialect, rows)
  return rows
}

function* writeAttributes({ dialect, tellsNamesApart }: Database, row: number, rows: Rows): Steps<void> {
  yield* insertRows(dialect, rows, ownedRows(rows, row))
  if (!tellsNamesApart) yield* assertNamesKept(rows, row)
}

async function nameTaken(database: Database, name: string): Promise<TuneError> {
  const rows = await database.statements(() =>
    query('SELECT study_name FROM studies WHERE study_name = ?', [name]),
  )
  return studyExists(name, String(rows[0]?.['study_name'] ?? name))
}
