/** What can be bound to a statement. */
export type SqlValue = null | number | string

/** A row by column name. */
export type Row = Readonly<Record<string, SqlValue>>

/** What a statement that writes did. */
export interface Written {
  /** How many rows it matched or made. */
  readonly rows: number
  /** The key that the database gave to a row it made. */
  readonly id: number
}

/** Runs statements, one after the other. */
export interface Connection {
  query(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>
  run(sql: string, values?: readonly SqlValue[]): Promise<Written>
}

/** Where the SQL of databases differs. */
export interface Dialect {
  /** Ends a SELECT that locks the rows it reads until the transaction ends. */
  readonly forUpdate: string
  /** The database's clock, in milliseconds since 1970. */
  readonly now: string
  /** How many digits of a second's fraction its times have. */
  readonly timeDigits: 0 | 6
  /** How many bytes a text may have. */
  readonly longestText: number
  /** Ends an INSERT that leaves a row with the same unique key as it is; `column` is one of that key. */
  keepExisting(column: string): string
  /** Ends an INSERT that replaces columns of a row with the same unique key. */
  replaceExisting(unique: readonly string[], columns: readonly string[]): string
}

/**
 * What is done with a database. It runs again from its beginning after a failure that passes, so it must change nothing
 * but the database.
 *
 * @param again whether it has run before and nobody knows whether that had its effect: the answer was lost.
 */
export type Work<T> = (connection: Connection, again: boolean) => Promise<T>

/**
 * One database with Optuna's tables.
 *
 * What fails for a reason that passes (a deadlock, a lost connection, a server that starts again) is tried again for a
 * while. Then, and at any other failure, both calls reject with a TuneError of a STORAGE code; what `work` itself
 * throws passes through.
 */
export interface Database extends AsyncDisposable {
  readonly dialect: Dialect
  /** Whether an answer can get lost on the way: then nobody knows whether a transaction happened. */
  readonly losesAnswers: boolean
  /** Whether text columns tell apart all names: those that differ in case, accents or trailing spaces too. */
  readonly tellsNamesApart: boolean
  /** Runs `work` in one transaction: all of it happens, or nothing. */
  transaction<T>(work: Work<T>): Promise<T>
  /** Runs `work` with each statement in a transaction of its own. */
  statements<T>(work: Work<T>): Promise<T>
}

/** `(?, ?), (?, ?)`: the places for so many rows of so many values. */
export function places(rows: number, columns: number): string {
  const row = `(${Array(columns).fill('?').join(', ')})`
  return Array(rows).fill(row).join(', ')
}
