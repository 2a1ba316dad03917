import parse from 'parse-duration'
import { TuneError } from '../errors/tune-error.ts'

/** A length of time: milliseconds, or text with units such as `'90 s'`, `'30 min'`, `'1.5 days'`. */
export type Duration = number | string

/** Numbers, each with its unit. */
const WITH_UNITS = /^\s*(?:\d+(?:\.\d+)?\s*[a-zµμ]+\s*)+$/i

/**
 * A duration in milliseconds; `Infinity` is never.
 *
 * @param name what it is, for the error.
 * @throws TuneError INVALID_ARGUMENT: NaN, zero or less, or text that is no length of time
 */
export function milliseconds(duration: Duration, name: string): number {
  const ms = typeof duration === 'string' ? fromText(duration) : duration
  if (typeof ms === 'number' && ms > 0) return ms
  const wanted = "a number of milliseconds above 0, or a text such as '30 min'"
  const shown = typeof duration === 'string' ? `'${duration}'` : String(duration)
  throw new TuneError('INVALID_ARGUMENT', `${name}: it must be ${wanted}, but is ${shown}`, {
    [name]: duration,
  })
}

function fromText(text: string): number {
  return WITH_UNITS.test(text) ? (parse(text) ?? Number.NaN) : Number.NaN
}
