import type { Context } from 'hono'
import type { z } from 'zod'
import { ApiError } from './api-error.ts'

/**
 * The JSON body of a request. As the gateway does, refuses a field that it does not know.
 *
 * @throws ApiError INVALID_ARGUMENT
 */
export async function readBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await context.req.text()
  let given: unknown
  try {
    given = JSON.parse(text === '' ? '{}' : text)
  } catch {
    throw new ApiError('INVALID_ARGUMENT', 'the body is not JSON')
  }
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const place = issue?.path.length ? `${issue.path.join('.')}: ` : ''
  throw new ApiError('INVALID_ARGUMENT', `${place}${issue?.message}`)
}
