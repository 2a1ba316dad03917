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

/** Runs statements, one after the other, in one transaction or each in its own. */
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
  /** Ends an INSERT that leaves a row with the same unique key as it is; `key` is a column of the table. */
  keepExisting(key: string): string
  /** Ends an INSERT that replaces columns of a row with the same unique key. */
  replaceExisting(unique: readonly string[], columns: readonly string[]): string
}

/**
 * One database with Optuna's tables.
 *
 * Both calls reject with a TuneError of a STORAGE code where the database fails; what `work` throws passes through.
 */
export interface Database extends AsyncDisposable {
  readonly dialect: Dialect
  /**
   * Runs `work` in one transaction: all of it happens, or nothing. After a deadlock or a lock timeout `work` runs
   * again from its beginning, so it must change nothing but the database.
   */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Runs `work` without a transaction. It must only read. */
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>
}

/** `(?, ?), (?, ?)`: the places for so many rows of so many values. */
export function places(rows: number, columns: number): string {
  const row = `(${Array(columns).fill('?').join(', ')})`
  return Array(rows).fill(row).join(', ')
}
