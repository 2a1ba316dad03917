import type { FrozenStudy, JsonValue } from '@tune/core'
import { decodeDirection } from '../optuna/encoding.ts'
import { setAttribute } from '../optuna/set-attribute.ts'
import type { Connection, SqlValue } from './database.ts'

/** Studies in the order of their creation, with their directions and attributes. `where` names columns of `studies`. */
export async function readStudies(
  connection: Connection,
  where: string,
  values: readonly SqlValue[],
): Promise<readonly FrozenStudy[]> {
  const rows = await connection.query(
    `SELECT s.study_id, s.study_name, p.part, p.name, p.txt FROM studies s JOIN (
        SELECT 1 AS part, study_direction_id AS id, study_id, objective AS name, direction AS txt FROM study_directions
        UNION ALL SELECT 2, study_user_attribute_id, study_id, \`key\`, value_json FROM study_user_attributes
        UNION ALL SELECT 3, study_system_attribute_id, study_id, \`key\`, value_json FROM study_system_attributes
      ) p ON p.study_id = s.study_id ${where} ORDER BY s.study_id, p.part, p.id`,
    values,
  )
  const studies = new Map<number, FrozenStudy & { directions: ReturnType<typeof decodeDirection>[] }>()
  for (const row of rows) {
    const id = row['study_id'] as number
    const study = studies.get(id) ?? {
      id,
      name: String(row['study_name']),
      directions: [],
      userAttributes: {},
      systemAttributes: {},
    }
    studies.set(id, study)
    const text = String(row['txt'])
    if (row['part'] === 1) study.directions[Number(row['name'])] = decodeDirection(text)
    else {
      const attributes = row['part'] === 2 ? study.userAttributes : study.systemAttributes
      try {
        setAttribute(attributes as Record<string, JsonValue>, String(row['name']), text)
      } catch {
        // One bad attribute must not keep a study from being read; it stays where it is.
      }
    }
  }
  return [...studies.values()]
}
