import { randomUUID } from 'node:crypto'
import {
  type AttributeKind,
  type Attributes,
  type FrozenStudy,
  isTuneError,
  type NewStudy,
  TuneError,
} from '@tune/core'
import { encodeDirection } from '../optuna/encoding.ts'
import { type Connection, places } from './database.ts'
import { studyExists } from './errors.ts'
import { forgetDone, rememberDone, rowDoneBy } from './operations.ts'
import { assertNamesKept, attributeRows, insertRows } from './rows.ts'
import { readStudies } from './study-reader.ts'
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

export async function createStudy(trials: TrialRows, study: NewStudy): Promise<FrozenStudy> {
  const { database } = trials
  const { name, directions, systemAttributes = {} } = study
  if (name === '' || name.length > MAX_NAME) {
    throw new TuneError(
      'INVALID_NAME',
      `study name: it must have 1 to ${MAX_NAME} characters, but has ${name.length}`,
      { name },
    )
  }
  const token = randomUUID()
  try {
    const id = await database.transaction(async (connection, again) => {
      const done = again ? await rowDoneBy(connection, token) : undefined
      if (done !== undefined) return done
      const created = await connection.run('INSERT INTO studies (study_name) VALUES (?)', [name])
      await connection.run(
        `INSERT INTO study_directions (direction, study_id, objective) VALUES ${places(directions.length, 3)}`,
        directions.flatMap((direction, objective) => [encodeDirection(direction), created.id, objective]),
      )
      await setAttributes(trials, connection, created.id, 'system', systemAttributes)
      await rememberDone(database, connection, token, created.id)
      return created.id
    })
    await forgetDone(database, token)
    const copy = structuredClone(systemAttributes)
    return { id, name, directions: [...directions], userAttributes: {}, systemAttributes: copy }
  } catch (error) {
    if (isTuneError(error, 'STORAGE_CONFLICT')) throw await nameTaken(trials, name)
    throw error
  }
}

/** @throws TuneError STUDY_NOT_FOUND */
export async function readStudy({ database }: TrialRows, name: string): Promise<FrozenStudy> {
  const [study] = await database.statements((connection) =>
    readStudies(connection, 'WHERE study_name = ?', [name]),
  )
  // A database that ignores case finds other names as well.
  if (study?.name !== name) throw new TuneError('STUDY_NOT_FOUND', `no study '${name}'`, { name })
  return study
}

export function setStudyAttributes(
  trials: TrialRows,
  studyId: number,
  kind: AttributeKind,
  attributes: Attributes,
): Promise<void> {
  return trials.database.transaction(async (connection) => {
    await trials.lockStudy(connection, studyId)
    await setAttributes(trials, connection, studyId, kind, attributes)
  })
}

export function deleteStudy(trials: TrialRows, studyId: number): Promise<void> {
  trials.distributions.forget(studyId)
  return trials.database.transaction(async (connection, again) => {
    try {
      await trials.lockStudy(connection, studyId)
    } catch (error) {
      if (again && isTuneError(error, 'STUDY_NOT_FOUND')) return
      throw error
    }
    for (const table of TRIAL_CHILDREN) {
      await connection.run(
        `DELETE FROM ${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)`,
        [studyId],
      )
    }
    for (const table of STUDY_CHILDREN)
      await connection.run(`DELETE FROM ${table} WHERE study_id = ?`, [studyId])
    await connection.run('DELETE FROM studies WHERE study_id = ?', [studyId])
  })
}

async function setAttributes(
  { database }: TrialRows,
  connection: Connection,
  studyId: number,
  kind: AttributeKind,
  attributes: Attributes,
): Promise<void> {
  const rows = attributeRows(ATTRIBUTE_TABLES[kind].study, 'study_id', attributes)
  await insertRows(connection, database.dialect, rows, studyId)
  if (!database.tellsNamesApart) await assertNamesKept(connection, rows, studyId)
}

async function nameTaken({ database }: TrialRows, name: string): Promise<TuneError> {
  const rows = await database.statements((connection) =>
    connection.query('SELECT study_name FROM studies WHERE study_name = ?', [name]),
  )
  return studyExists(name, String(rows[0]?.['study_name'] ?? name))
}
