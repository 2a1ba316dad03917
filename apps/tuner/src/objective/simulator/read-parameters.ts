import { readFile } from 'node:fs/promises'
import { isTuneError } from '@tune/core'
import { parseParameters, type ValueIteratorParameters } from '@tune/sim-local'
import { ConfigError } from '../../config/config-error.ts'
import { unreadable } from '../../config/read-config.ts'

/**
 * Reads parameters of the value iterator from a JSON file: an object with a value for each.
 *
 * @throws ConfigError: the file cannot be read, is no JSON, or lacks, misspells or exceeds a parameter.
 */
export async function readParameters(path: string): Promise<ValueIteratorParameters> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch (error) {
    throw new ConfigError(`${path}: it is no JSON (${(error as SyntaxError).message.split('\n')[0]})`, {
      cause: error,
    })
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new ConfigError(`${path}: it must be an object with a value for each parameter`)
  }
  try {
    return parseParameters(values as Readonly<Record<string, unknown>>)
  } catch (error) {
    if (!isTuneError(error)) throw error
    throw new ConfigError(`${path}: ${error.message}`, { cause: error })
  }
}
