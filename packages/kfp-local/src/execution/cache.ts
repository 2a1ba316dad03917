import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { ComponentSpec, ContainerSpec } from '@tune/kfp/api'
import type { Io } from './io.ts'

/** What tasks made before: the same container with the same inputs is not run twice, where its pipeline allows it. */
export class TaskCache {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  find(fingerprint: string): Io | undefined {
    const row = this.#database.prepare('SELECT outputs FROM cache WHERE fingerprint = ?').get(fingerprint)
    return row === undefined ? undefined : (JSON.parse(row['outputs'] as string) as Io)
  }

  put(fingerprint: string, outputs: Io): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO cache (fingerprint, outputs) VALUES (?, ?)')
      .run(fingerprint, JSON.stringify(outputs))
  }
}

/** What has to be the same for the outputs to be: the command, the inputs, the outputs that are asked for. */
export function fingerprint(
  { image, command = [], args = [] }: ContainerSpec,
  { outputDefinitions = {} }: ComponentSpec,
  inputs: Io,
): string {
  const key = [image, command, args, sorted(inputs), sorted(outputDefinitions)]
  return createHash('sha256').update(JSON.stringify(key)).digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}
