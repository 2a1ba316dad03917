import { ApiError } from './api-error.ts'

/**
 * Takes `{id}:{verb}` apart.
 *
 * @throws ApiError NOT_FOUND no such call
 */
export function verbOf<V extends string>(call: string, verbs: readonly V[]): { id: string; verb: V } {
  const [id = '', said] = call.split(':')
  const verb = verbs.find((each) => each === said)
  if (verb === undefined) throw new ApiError('NOT_FOUND', 'Not Found')
  return { id, verb }
}
