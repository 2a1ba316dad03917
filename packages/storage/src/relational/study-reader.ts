import { type FrozenStudy, STUDY_IDENTITY } from '@tune/core'
import { decodeDirection } from '../optuna/encoding.ts'
import { setAttribute } from '../optuna/set-attribute.ts'
import { query, type SqlValue, type Steps } from './database.ts'

/** A study, and the row in which it is; its id is empty where it has none yet. */
export interface StudyInRow {
  readonly row: number
  readonly study: FrozenStudy
}

/**
 * Studies in the order of their creation, with their directions and attributes.
 *
 * @param where a condition on `s`, the row of `studies`, and `i`, that of the identity.
 */
export function* readStudies(where: string, values: readonly SqlValue[]): Steps<readonly StudyInRow[]> {
  const rows = yield* query(
    `SELECT s.study_id, s.study_name, i.value_json AS identity, p.part, p.name, p.txt FROM studies s
      LEFT JOIN study_system_attributes i ON i.study_id = s.study_id AND i.\`key\` = '${STUDY_IDENTITY}'
      JOIN (
        SELECT 1 AS part, study_direction_id AS id, study_id, objective AS name, direction AS txt FROM study_directions
        UNION ALL SELECT 2, study_user_attribute_id, study_id, \`key\`, value_json FROM study_user_attributes
        UNION ALL SELECT 3, study_system_attribute_id, study_id, \`key\`, value_json FROM study_system_attributes
      ) p ON p.study_id = s.study_id WHERE ${where} ORDER BY s.study_id, p.part, p.id`,
    values,
  )
  const studies = new Map<number, StudyInRow & { directions: ReturnType<typeof decodeDirection>[] }>()
  for (const row of rows) {
    const id = row['study_id'] as number
    const known = studies.get(id)
    const directions = known?.directions ?? []
    const study = known?.study ?? {
      id: row['identity'] === null ? '' : (JSON.parse(String(row['identity'])) as string),
      name: String(row['study_name']),
      directions,
      userAttributes: {},
      systemAttributes: {},
    }
    if (known === undefined) studies.set(id, { row: id, study, directions })
    const text = String(row['txt'])
    const name = String(row['name'])
    if (row['part'] === 1) directions[Number(name)] = decodeDirection(text)
    else if (name !== STUDY_IDENTITY || row['part'] === 2) {
      const attributes = row['part'] === 2 ? study.userAttributes : study.systemAttributes
      try {
        setAttribute(attributes, name, text)
      } catch {
        // One bad attribute must not keep a study from being read; it stays where it is.
      }
    }
  }
  return [...studies.values()]
}
