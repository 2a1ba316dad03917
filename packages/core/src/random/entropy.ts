import { randomInt } from 'node:crypto'

/** A seed that nobody can foresee, for a study that was given none: an integer from 0 to 2^47. */
export function freshSeed(): number {
  return randomInt(2 ** 47)
}
