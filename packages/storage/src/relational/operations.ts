import type { Connection, Database } from './database.ts'

/**
 * The table `tune_operations` says which calls that make a row have happened, for a client whose answer was lost. Calls
 * are named by tokens that the client makes up.
 */
export async function rememberDone(
  { losesAnswers, dialect }: Database,
  connection: Connection,
  token: string,
  rowId: number,
): Promise<void> {
  if (!losesAnswers) return
  await connection.run(`INSERT INTO tune_operations (token, row_id, done_at) VALUES (?, ?, ${dialect.now})`, [
    token,
    rowId,
  ])
}

/** The id of the row that the call of that token made. */
export async function rowDoneBy(connection: Connection, token: string): Promise<number | undefined> {
  const [row] = await connection.query('SELECT row_id FROM tune_operations WHERE token = ?', [token])
  return row?.['row_id'] as number | undefined
}

/** Forgets a call, once its answer has arrived. */
export async function forgetDone(database: Database, token: string): Promise<void> {
  if (!database.losesAnswers) return
  await database.statements((connection) =>
    connection.run('DELETE FROM tune_operations WHERE token = ?', [token]),
  )
}
