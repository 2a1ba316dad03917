import { z } from 'zod'
import { ApiError } from '../api/api-error.ts'
import { type Condition, fieldOf } from './condition.ts'

/** The operations as the proto numbers them: callers may say either. */
const OPERATIONS = {
  1: 'EQUALS',
  2: 'NOT_EQUALS',
  3: 'GREATER_THAN',
  5: 'GREATER_THAN_EQUALS',
  6: 'LESS_THAN',
  7: 'LESS_THAN_EQUALS',
  8: 'IN',
  9: 'IS_SUBSTRING',
} as const

type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS]

const COMPARISONS: Readonly<Record<Exclude<Operation, 'IN' | 'IS_SUBSTRING'>, string>> = {
  EQUALS: '=',
  NOT_EQUALS: '<>',
  GREATER_THAN: '>',
  GREATER_THAN_EQUALS: '>=',
  LESS_THAN: '<',
  LESS_THAN_EQUALS: '<=',
}

const single = z.union([z.string(), z.number()])
const several = z.strictObject({ values: z.array(single) })
const predicate = z.strictObject({
  operation: z.union([z.enum(Object.values(OPERATIONS)), z.number()]),
  key: z.string(),
  int_value: z.number().optional(),
  long_value: single.optional(),
  string_value: z.string().optional(),
  timestamp_value: z.string().optional(),
  int_values: several.optional(),
  long_values: several.optional(),
  string_values: several.optional(),
})
const filter = z.strictObject({ predicates: z.array(predicate) })

/**
 * Reads the `filter` of a list call, names in snake or camel case, as the gateway takes both.
 *
 * @throws ApiError INVALID_ARGUMENT
 */
export function readFilter(text: string): readonly Condition[] {
  const read = filter.safeParse(parse(text))
  if (!read.success) {
    const [issue] = read.error.issues
    throw new ApiError('INVALID_ARGUMENT', `filter: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  return read.data.predicates.map(condition)
}

function condition({ operation: said, key, ...operands }: z.infer<typeof predicate>): Condition {
  const operation = typeof said === 'number' ? OPERATIONS[said as keyof typeof OPERATIONS] : said
  const field = fieldOf(key)
  const values = Object.values(operands).flatMap((value) =>
    value === undefined ? [] : typeof value === 'object' ? value.values : [value],
  )
  if (operation === undefined || (operation !== 'IN' && values.length !== 1))
    throw new ApiError('INVALID_ARGUMENT', `filter: the predicate on '${key}' needs an operation and a value`)
  if (operation === 'IN') return { sql: `${field} IN (${values.map(() => '?').join(', ')})`, values }
  if (operation === 'IS_SUBSTRING') return { sql: `instr(${field}, ?) > 0`, values }
  return { sql: `${field} ${COMPARISONS[operation]} ?`, values }
}

/** The filter may be percent-encoded once more than the query is. */
function parse(text: string): unknown {
  for (const read of [(given: string) => given, decodeURIComponent])
    try {
      return JSON.parse(read(text), (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).map(([key, each]) => [snakeCase(key), each]))
          : value,
      )
    } catch {
      // Perhaps the other way.
    }
  throw new ApiError('INVALID_ARGUMENT', 'filter: it is not JSON')
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
