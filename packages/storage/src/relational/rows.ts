import {
  type Attributes,
  assertName,
  jsonAttributes,
  type TrialAdditions,
  type TrialParam,
  TuneError,
} from '@tune/core'
import { distributionToJson } from '../optuna/distribution-json.ts'
import { encodeValue } from '../optuna/encoding.ts'
import { toPythonJson } from '../optuna/json.ts'
import { type Dialect, inParts, placeholders, query, run, type SqlValue, type Steps } from './database.ts'

/** A column of rows to be written, and the type that its values have in SQL. */
interface Column {
  readonly name: string
  readonly type: 'CHAR' | 'DOUBLE' | 'SIGNED'
}

/** Rows of one table that hang on one study or trial, as they were when they were handed over. */
export interface Rows {
  readonly table: string
  readonly owner: 'study_id' | 'trial_id'
  /** The column that names a row, unique within its owner. */
  readonly key: Column
  readonly columns: readonly Column[]
  /** For each row its key, then its other columns. */
  readonly rows: readonly (readonly SqlValue[])[]
  /** Whether a row that is there already is replaced. */
  readonly replace: boolean
}

const text = (name: string): Column => ({ name, type: 'CHAR' })
const double = (name: string): Column => ({ name, type: 'DOUBLE' })
const whole = (name: string): Column => ({ name, type: 'SIGNED' })

export function attributeRows(table: string, owner: Rows['owner'], attributes: Attributes): Rows {
  const rows = Object.entries(jsonAttributes(attributes)).map(([key, value]) => [key, toPythonJson(value)])
  return { table, owner, key: text('`key`'), columns: [text('value_json')], rows, replace: true }
}

export function valueRows(values: readonly number[]): Rows {
  return {
    table: 'trial_values',
    owner: 'trial_id',
    key: whole('objective'),
    columns: [double('value'), text('value_type')],
    rows: values.map((value, objective) => [objective, ...encodeValue(value)]),
    replace: true,
  }
}

function paramRows(params: ReadonlyMap<string, TrialParam>): Rows {
  return {
    table: 'trial_params',
    owner: 'trial_id',
    key: text('param_name'),
    columns: [double('param_value'), text('distribution_json')],
    rows: [...params].map(([name, { internal, distribution }]) => [
      name,
      internal,
      distributionToJson(distribution),
    ]),
    replace: false,
  }
}

function intermediateValueRows(values: ReadonlyMap<number, number>): Rows {
  return {
    table: 'trial_intermediate_values',
    owner: 'trial_id',
    key: whole('step'),
    columns: [double('intermediate_value'), text('intermediate_value_type')],
    rows: [...values].map(([step, value]) => [step, ...encodeValue(value)]),
    replace: true,
  }
}

/**
 * The rows of what a trial gains, a kind each; none of a kind that is empty.
 *
 * @throws TuneError INVALID_NAME, INVALID_VALUE: what this database could never keep
 */
export function additionRows(dialect: Dialect, additions: TrialAdditions): readonly Rows[] {
  const { params, intermediateValues, userAttributes, systemAttributes } = additions
  const kinds = [
    paramRows(params ?? new Map()),
    intermediateValueRows(intermediateValues ?? new Map()),
    attributeRows('trial_user_attributes', 'trial_id', userAttributes ?? {}),
    attributeRows('trial_system_attributes', 'trial_id', systemAttributes ?? {}),
  ].filter(({ rows }) => rows.length > 0)
  for (const rows of kinds) assertLengths(dialect, rows)
  return kinds
}

/** A row with the id of the study or trial that it hangs on. */
export type OwnedRow = readonly SqlValue[]

/** Writes rows of one table, in as few statements as they fit into. */
export function* insertRows(
  dialect: Dialect,
  shape: Omit<Rows, 'rows'>,
  rows: readonly OwnedRow[],
): Steps<void> {
  const names = [shape.owner, shape.key.name, ...shape.columns.map(({ name }) => name)]
  for (const part of inParts(rows, bytesOf)) {
    yield* run(
      `INSERT INTO ${shape.table} (${names.join(', ')})
        VALUES ${placeholders(part.length, names.length)} ${onConflict(dialect, shape)}`,
      part.flat(),
    )
  }
}

/** Rows with their owner. */
export function ownedRows({ rows }: Rows, ownerId: number): readonly OwnedRow[] {
  return rows.map((row) => [ownerId, ...row])
}

/** Whether rows fit into one statement. */
export function fitOneStatement({ rows }: Rows): boolean {
  return [...inParts(rows, bytesOf)].length === 1
}

function bytesOf(row: readonly SqlValue[]): number {
  return row.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 10),
    0,
  )
}

/**
 * Writes rows of a trial in one statement, if the trial runs under this token.
 *
 * @returns how many rows there are now; 0 where the trial is not the token's.
 */
export function* insertRowsOfHeld(
  dialect: Dialect,
  rows: Rows,
  trialId: number,
  token: string,
): Steps<number> {
  const columns = [rows.key, ...rows.columns]
  const names = columns.map(({ name }) => name)
  const first = columns.map(({ name, type }) => `CAST(? AS ${type}) AS ${name}`).join(', ')
  const others = columns.map(({ type }) => `CAST(? AS ${type})`).join(', ')
  const source = rows.rows.map((_, i) => `SELECT ${i === 0 ? first : others}`).join(' UNION ALL ')
  const { count } = yield* run(
    `INSERT INTO ${rows.table} (trial_id, ${names.join(', ')})
      SELECT t.trial_id, ${names.map((name) => `v.${name}`).join(', ')} FROM trials t JOIN (${source}) v
        WHERE t.trial_id = ? AND t.state = 'RUNNING' AND t.tune_token = ? ${onConflict(dialect, rows)}`,
    [...rows.rows.flat(), trialId, token],
  )
  return count
}

/**
 * Asserts that rows can be read back under their names: a database that ignores case takes one for another.
 *
 * @throws TuneError INVALID_NAME
 */
export function* assertNamesKept(rows: Rows, ownerId: number): Steps<void> {
  if (rows.key.type !== 'CHAR' || rows.rows.length === 0) return
  const kept = yield* query(`SELECT ${rows.key.name} AS name FROM ${rows.table} WHERE ${rows.owner} = ?`, [
    ownerId,
  ])
  const names = new Set(kept.map(({ name }) => String(name)))
  const lost = rows.rows.map(([key]) => String(key)).find((key) => !names.has(key))
  if (lost === undefined) return
  throw new TuneError(
    'INVALID_NAME',
    `'${lost}': this database cannot tell the name from another one here; its collation ignores case, accents or spaces`,
    { name: lost, table: rows.table },
  )
}

function onConflict(dialect: Dialect, { owner, key, columns, replace }: Omit<Rows, 'rows'>): string {
  return replace
    ? dialect.replaceExisting(
        [owner, key.name],
        columns.map(({ name }) => name),
      )
    : dialect.keepExisting(owner)
}

/** @throws TuneError INVALID_NAME: a name that is too long; INVALID_VALUE: a text that is longer than the database keeps */
export function assertLengths(dialect: Dialect, { rows, key }: Rows): void {
  for (const [name, ...values] of rows) {
    if (key.type === 'CHAR') assertName(String(name))
    for (const value of values) {
      if (typeof value !== 'string' || Buffer.byteLength(value) <= dialect.longestText) continue
      throw new TuneError(
        'INVALID_VALUE',
        `'${name}': its JSON has ${Buffer.byteLength(value)} bytes, but this database keeps at most ${dialect.longestText}`,
        { name, bytes: Buffer.byteLength(value) },
      )
    }
  }
}
