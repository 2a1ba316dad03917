import { randomUUID } from 'node:crypto'
import { type Database, query, run, type Steps } from './database.ts'

/** An operation whose effect must not come twice. */
export interface Operation {
  /** The row that it made, or changed, where it has happened already: its answer was lost. */
  readonly done: () => Steps<number | undefined>
  /** Records, in its own transaction, that it happens. */
  readonly remember: (rowId: number) => Steps<void>
}

/**
 * Runs a transaction that has its effect once, also where its answer is lost and others have changed the same since. The
 * table `tune_operations` says which operations have happened; they are named by tokens that the client makes up.
 *
 * @param work asks whether it is done after it has taken its lock: the first try may still be at work on the server.
 */
export async function once<T>(database: Database, work: (operation: Operation) => Steps<T>): Promise<T> {
  const token = randomUUID()
  const result = await database.transaction((again) =>
    work({ done: () => find(again, token), remember: (rowId) => record(database, token, rowId) }),
  )
  if (database.losesAnswers)
    await database.statements(() => run('DELETE FROM tune_operations WHERE token = ?', [token]))
  return result
}

function* find(again: boolean, token: string): Steps<number | undefined> {
  if (!again) return undefined
  const [row] = yield* query('SELECT row_id FROM tune_operations WHERE token = ?', [token])
  return row?.['row_id'] as number | undefined
}

function* record({ losesAnswers, dialect }: Database, token: string, rowId: number): Steps<void> {
  if (!losesAnswers) return
  yield* run(`INSERT INTO tune_operations (token, row_id, done_at) VALUES (?, ?, ${dialect.now})`, [
    token,
    rowId,
  ])
}
