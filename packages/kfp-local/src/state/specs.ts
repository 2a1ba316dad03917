import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { PipelineSource } from '@tune/kfp/api'

/** Specifications of pipelines, each kept once however many runs are made from it. */
export class Specs {
  readonly #database: DatabaseSync
  readonly #read = new Map<string, PipelineSource>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Keeps a specification, and gives the name by which it is found. */
  put(source: PipelineSource): string {
    const text = JSON.stringify(source)
    const hash = createHash('sha256').update(text).digest('hex')
    this.#database.prepare('INSERT OR IGNORE INTO specs (hash, source) VALUES (?, ?)').run(hash, text)
    return hash
  }

  get(hash: string): PipelineSource {
    const known = this.#read.get(hash)
    if (known !== undefined) return known
    const row = this.#database.prepare('SELECT source FROM specs WHERE hash = ?').get(hash)
    if (row === undefined) throw new Error(`the specification ${hash} is gone`)
    const source = JSON.parse(row['source'] as string) as PipelineSource
    this.#read.set(hash, source)
    return source
  }
}
