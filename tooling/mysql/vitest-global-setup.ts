import type { TestProject } from 'vitest/node'
import { type ServerOptions, startServer } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the test server is: `mysql://root@127.0.0.1:port/`. */
    mysqlUrl: string
    /** Which server it is: `MariaDB`, `MySQL 9`. */
    mysqlName: string
  }
}

/** Starts one server for the whole run. */
export function serverSetup(options: () => ServerOptions) {
  return async (project: TestProject): Promise<() => Promise<void>> => {
    const server = await startServer(options())
    project.provide('mysqlUrl', server.url)
    project.provide('mysqlName', server.name)
    return async () => {
      await server[Symbol.asyncDispose]()
    }
  }
}

/** The server on this machine. */
export default serverSetup(() => ({}))
