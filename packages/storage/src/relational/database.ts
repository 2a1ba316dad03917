/** What can be bound to a statement. */
export type SqlValue = null | number | string

/** A row by column name. */
export type Row = Readonly<Record<string, SqlValue>>

/** One statement of SQL. */
export interface Statement {
  readonly sql: string
  readonly values: readonly SqlValue[]
  /** Whether it is for its rows, and not for what it does. */
  readonly reads: boolean
}

/** What a statement that writes did. */
export interface Written {
  /** How many rows it matched or made. */
  readonly count: number
  /** The key that the database gave to a row it made. */
  readonly id: number
}

/** What a database answers. */
export interface Answer extends Written {
  readonly rows: readonly Row[]
}

/**
 * What is done with a database, statement by statement: it yields a statement and gets its answer.
 *
 * A generator and not an async function, so that an embedded database runs a whole transaction without giving way:
 * nothing else of this process happens between its BEGIN and its COMMIT.
 */
export type Steps<T> = Generator<Statement, T, Answer>

/** A step that reads. */
export function* query(sql: string, values: readonly SqlValue[] = []): Steps<readonly Row[]> {
  return (yield { sql, values, reads: true }).rows
}

/** A step that writes. */
export function* run(sql: string, values: readonly SqlValue[] = []): Steps<Written> {
  return yield { sql, values, reads: false }
}

/** Where the SQL of databases differs. */
export interface Dialect {
  /** Ends a SELECT that locks the rows it reads until the transaction ends. */
  readonly forUpdate: string
  /** The database's clock, in milliseconds since 1970, whatever zone it or its session is in. */
  readonly now: string
  /** How old a time of Optuna's is that the database wrote itself, in seconds; `column` holds it. */
  readonly secondsSince: (column: string) => string
  /** How many digits of a second's fraction its times have. */
  readonly timeDigits: 0 | 6
  /** Whether the key of a row that was deleted is given to another one. */
  readonly reusesKeys: boolean
  /** How many bytes a text may have. */
  readonly longestText: number
  /** Ends an INSERT that leaves a row with the same unique key as it is; `column` is one of that key. */
  keepExisting(column: string): string
  /** Ends an INSERT that replaces columns of a row with the same unique key. */
  replaceExisting(unique: readonly string[], columns: readonly string[]): string
}

/**
 * What is to be done. It begins again after a failure that passes, so it must change nothing but the database.
 *
 * @param again whether it has run before and nobody knows whether that had its effect: the answer was lost.
 */
export type Work<T> = (again: boolean) => Steps<T>

/**
 * One database with Optuna's tables.
 *
 * What fails for a reason that passes (a deadlock, a lost connection, a server that starts again) is tried again for a
 * while. Then, and at any other failure, both calls reject with a TuneError of a STORAGE code; what `work` itself
 * throws passes through. After it was disposed of, both reject with STORAGE_CLOSED.
 */
export interface Database extends AsyncDisposable {
  readonly dialect: Dialect
  /** Whether an answer can get lost on the way: then nobody knows whether a transaction happened. */
  readonly losesAnswers: boolean
  /** Whether text columns tell apart all names: those that differ in case, accents or trailing spaces too. */
  readonly tellsNamesApart: boolean
  /** Runs `work` in one transaction: all of it happens, or nothing. */
  transaction<T>(work: Work<T>): Promise<T>
  /** Runs `work` with each statement in a transaction of its own, or all of them in one: as is cheaper. */
  statements<T>(work: Work<T>): Promise<T>
}

/** `(?, ?), (?, ?)`: the placeholders for so many rows of so many values. */
export function placeholders(rows: number, columns: number): string {
  const row = `(${Array(columns).fill('?').join(', ')})`
  return Array(rows).fill(row).join(', ')
}

/** The most rows, or ids, of one statement: databases have limits on values, on depth and on length. */
const MOST_ROWS = 250
/** The most bytes of one statement: a server with the smallest usual `max_allowed_packet`, 1 MiB, takes it. */
const MOST_BYTES = 500_000

/** A list in parts that each fit into one statement. */
export function* inParts<T>(items: readonly T[], bytesOf: (item: T) => number = () => 0): Generator<T[]> {
  let part: T[] = []
  let bytes = 0
  for (const item of items) {
    const size = bytesOf(item)
    if (part.length > 0 && (part.length === MOST_ROWS || bytes + size > MOST_BYTES)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(item)
    bytes += size
  }
  if (part.length > 0) yield part
}
