/**
 * The rules that options are held to. The error of each says in words what would be right, so that whoever reports it
 * can put the name before and the value behind: `candidates must be a whole number of at least 1, but is 0`.
 */
import { z } from 'zod'

/** A whole number of at least `least`. */
export function whole(least: number) {
  const error = `a whole number of at least ${least}`
  return z.int({ error }).min(least, { error })
}

/** A whole number of at least `least`, or `auto`. */
export function wholeOrAuto(least: number) {
  return z.union([z.literal('auto'), whole(least)], {
    error: `a whole number of at least ${least}, or 'auto'`,
  })
}

/** A number from `low` to `high`, both included. */
export function between(low: number, high: number) {
  const error = `a number from ${low} to ${high}`
  return z.number({ error }).min(low, { error }).max(high, { error })
}

/** A number of at least `least`. */
export function atLeast(least: number) {
  const error = `a number of at least ${least}`
  return z.number({ error }).min(least, { error })
}

/** A number above 0. */
export function positive() {
  const error = 'a positive number'
  return z.number({ error }).gt(0, { error })
}

/** What a parameter's value can be: any JSON scalar. */
export const paramValue = z.union([z.null(), z.boolean(), z.number(), z.string()], {
  error: 'null, true, false, a number or text',
})
