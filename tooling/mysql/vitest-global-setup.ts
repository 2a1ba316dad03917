import type { TestProject } from 'vitest/node'
import { startServer } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the test server is: `mysql://root@127.0.0.1:port/`. */
    mysqlUrl: string
  }
}

/** Starts one server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  project.provide('mysqlUrl', server.url)
  return async () => {
    await server[Symbol.asyncDispose]()
  }
}
