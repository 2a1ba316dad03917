import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabaseOn, findServer, mysqlNine, startServer } from '@tune/tooling/mysql'

/** Where studies can be kept by many processes. */
export interface Store extends AsyncDisposable {
  /** An empty place. */
  create(): Promise<{ readonly url: string } & AsyncDisposable>
}

async function onServer(program: ReturnType<typeof findServer>): Promise<Store> {
  const server = await startServer({ program })
  return {
    create: async () => {
      const database = await createDatabaseOn(server.url)
      return { url: database.url, [Symbol.asyncDispose]: () => database.drop() }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function inFiles(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-faults-'))
  let files = 0
  return {
    create: async () => ({
      url: `sqlite:${join(folder, `${files++}.db`)}`,
      [Symbol.asyncDispose]: async () => {},
    }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** Every kind of store, by name. */
export const stores: readonly (readonly [string, () => Promise<Store>])[] = [
  ['SQLite', inFiles],
  ['the server of this machine', () => onServer(findServer())],
  ['MySQL 9', () => onServer(mysqlNine())],
]
