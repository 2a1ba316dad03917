import { createDatabase, type TestDatabase } from '@tune/tooling/mysql'
import { afterAll, beforeAll } from 'vitest'
import { type Production, production } from '../story/production.ts'
import { type Workplace, workplace } from './tuner.ts'

/** A cluster for the tests of a group, there while they run. */
interface OwnProduction {
  readonly here: Production
  readonly database: TestDatabase
}

/** @param trainMs how long a training takes, in milliseconds */
export function ownProduction(trainMs: number): OwnProduction {
  let place: Workplace
  let database: TestDatabase
  let here: Production
  beforeAll(async () => {
    place = await workplace()
    database = await createDatabase()
    here = await production({ folder: place.folder, databaseUrl: database.url, trainMs })
  })
  afterAll(async () => {
    await here[Symbol.asyncDispose]()
    await database.drop()
    await place[Symbol.asyncDispose]()
  })
  return {
    get here() {
      return here
    },
    get database() {
      return database
    },
  }
}
