import type { z } from 'zod'
import { describeValue } from '../errors/describe.ts'
import { TuneError } from '../errors/tune-error.ts'
import { wantedBy } from './wanted-by.ts'

/**
 * Options as a table describes them, complete with defaults.
 *
 * @param owner whose they are, for the error: `tpe`.
 * @throws TuneError INVALID_ARGUMENT: an option that there is not, one that is missing, or one that is out of range
 */
export function readOptions<Table extends z.ZodObject>(
  owner: string,
  table: Table,
  options: unknown,
): z.output<Table> {
  const read = table.safeParse(options, { error: wantedBy })
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue === undefined) throw read.error
  if (issue.code === 'unrecognized_keys') {
    const key = [...issue.path, issue.keys[0]].join('.')
    throw new TuneError('INVALID_ARGUMENT', `${owner}: ${key}: ${issue.message}`, { name: key })
  }
  const name = issue.path.join('.')
  const value = issue.path.reduce(
    (part: unknown, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    options,
  )
  throw new TuneError(
    'INVALID_ARGUMENT',
    `${owner}: ${name === '' ? 'options' : name} must be ${issue.message}, but is ${describeValue(value)}`,
    { name, value },
  )
}
