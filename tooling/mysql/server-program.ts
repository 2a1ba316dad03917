/** A database server that can be started. */
export interface ServerProgram {
  /** What to show: `MariaDB`, `MySQL 9`. */
  readonly name: string
  /** The program, and what comes before its own arguments. */
  readonly command: readonly [program: string, ...before: string[]]
  /** Settings that it needs besides ours. */
  readonly options: readonly string[]
  /** Makes an empty data folder. */
  createData(folder: string): void
}

/** As whom a server runs that root starts. */
export const asRoot: readonly string[] = process.getuid?.() === 0 ? ['--user=root'] : []
