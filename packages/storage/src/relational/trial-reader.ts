import type { AttributeKind, FrozenTrial, JsonValue, TrialParam } from '@tune/core'
import { distributionFromJson } from '../optuna/distribution-json.ts'
import { decodeState, decodeTime, decodeValue } from '../optuna/encoding.ts'
import { setAttribute } from '../optuna/set-attribute.ts'
import { query, type Row, type SqlValue, type Steps } from './database.ts'

/** The columns of a trial's own row. */
export const TRIAL_COLUMNS = 'trial_id, number, state, datetime_start, datetime_complete'

/** How many trials one statement asks for by their ids. */
const CHUNK = 500

/** Which trials a statement is about: a condition on their ids, and its values. */
function among(ids: readonly number[]): readonly [condition: string, values: readonly number[]] {
  const [first, last] = [ids[0] as number, ids.at(-1) as number]
  if (last - first === ids.length - 1) return ['BETWEEN ? AND ?', [first, last]]
  // Few shapes of the statement: the list is filled up to a power of two with its last id.
  const size = 2 ** Math.ceil(Math.log2(ids.length))
  const list = [...ids, ...Array<number>(size - ids.length).fill(last)]
  return [`IN (${list.map(() => '?').join(', ')})`, list]
}

/** All that hangs on trials, in one statement: what kind, of which trial, key, number, text. */
function partsOf(ids: readonly number[]): readonly [string, readonly SqlValue[]] {
  const [condition, values] = among(ids)
  const sql = `
    SELECT 1 AS part, param_id AS id, trial_id, param_name AS name, param_value AS num, distribution_json AS txt
      FROM trial_params WHERE trial_id ${condition}
    UNION ALL SELECT 2, trial_value_id, trial_id, objective, value, value_type
      FROM trial_values WHERE trial_id ${condition}
    UNION ALL SELECT 3, trial_intermediate_value_id, trial_id, step, intermediate_value, intermediate_value_type
      FROM trial_intermediate_values WHERE trial_id ${condition}
    UNION ALL SELECT 4, trial_user_attribute_id, trial_id, \`key\`, NULL, value_json
      FROM trial_user_attributes WHERE trial_id ${condition}
    UNION ALL SELECT 5, trial_system_attribute_id, trial_id, \`key\`, NULL, value_json
      FROM trial_system_attributes WHERE trial_id ${condition}`
  return [sql, [...values, ...values, ...values, ...values, ...values]]
}

/** The system attribute that a reader adds to a trial: what of it could not be read. */
const UNREADABLE = 'tune:unreadable'

/** What hangs on one trial. */
class Parts {
  readonly params = new Map<string, TrialParam>()
  readonly values: number[] = []
  readonly intermediateValues = new Map<number, number>()
  readonly user: Record<string, JsonValue> = {}
  readonly system: Record<string, JsonValue> = {}
  readonly unreadable: string[] = []
}

/** Distributions by their text: a study has few of them and many trials. */
const distributions = new Map<string, TrialParam['distribution']>()
const MOST_DISTRIBUTIONS = 10_000

function distributionOf(text: string): TrialParam['distribution'] {
  const known = distributions.get(text)
  if (known !== undefined) return known
  if (distributions.size >= MOST_DISTRIBUTIONS) distributions.clear()
  const distribution = distributionFromJson(text)
  distributions.set(text, distribution)
  return distribution
}

/** Takes in a row. What cannot be read is left out and noted: one bad row must not keep a study from being read. */
function take(parts: Parts, { part, name, num, txt }: Row): void {
  const key = String(name)
  const text = String(txt)
  try {
    if (part === 1) parts.params.set(key, paramOf(num, text))
    else if (part === 2) parts.values[Number(name)] = decodeValue(num as number | null, text)
    else if (part === 3) parts.intermediateValues.set(Number(name), decodeValue(num as number | null, text))
    else setAttribute(part === 4 ? parts.user : parts.system, key, text)
  } catch {
    parts.unreadable.push(`${part === 1 ? 'parameter' : 'attribute'} ${key}`)
  }
}

function paramOf(internal: Row[string] | undefined, text: string): TrialParam {
  const distribution = distributionOf(text)
  const isValue =
    typeof internal === 'number' && (distribution.kind !== 'categorical' || internal in distribution.choices)
  if (!isValue) throw new RangeError('no value of the distribution')
  return { distribution, internal }
}

/** Trials from their rows of the table `trials`, by number, with all that hangs on them. */
export function* readTrialRows(rows: readonly Row[]): Steps<readonly FrozenTrial[]> {
  const parts = new Map<number, Parts>()
  for (const row of rows) {
    parts.set(row['trial_id'] as number, new Parts())
  }
  const ids = [...parts.keys()].sort((a, b) => a - b)
  for (let i = 0; i < ids.length; i += CHUNK) {
    const [sql, values] = partsOf(ids.slice(i, i + CHUNK))
    const news = yield* query(sql, values)
    // In the order in which they were written. To have the database sort took a sixth of the reading of a large study.
    for (const row of news.toSorted(
      (a, b) => Number(a['part']) - Number(b['part']) || Number(a['id']) - Number(b['id']),
    ))
      take(parts.get(row['trial_id'] as number) as Parts, row)
  }
  return rows
    .map((row) => freeze(row, parts.get(row['trial_id'] as number) as Parts))
    .sort((a, b) => a.number - b.number)
}

function freeze(row: Row, parts: Parts): FrozenTrial {
  if (parts.unreadable.length > 0) parts.system[UNREADABLE] = parts.unreadable
  return {
    id: row['trial_id'] as number,
    number: row['number'] as number,
    state: decodeState(String(row['state'])),
    values: parts.values.length === 0 ? null : parts.values,
    params: parts.params,
    intermediateValues: new Map([...parts.intermediateValues].sort(([a], [b]) => a - b)),
    userAttributes: parts.user,
    systemAttributes: parts.system,
    startedAt: decodeTime(row['datetime_start'] as string | null),
    completedAt: decodeTime(row['datetime_complete'] as string | null),
  }
}

/** The tables of a trial's and a study's attributes. */
export const ATTRIBUTE_TABLES: Readonly<
  Record<AttributeKind, { readonly trial: string; readonly study: string }>
> = {
  user: { trial: 'trial_user_attributes', study: 'study_user_attributes' },
  system: { trial: 'trial_system_attributes', study: 'study_system_attributes' },
}
