import type { Attributes } from './attributes.ts'

/** The system attribute of one named constraint, as Optuna 5 writes it. */
export const CONSTRAINT_PREFIX = 'constraints:'

/** The one attribute that held all constraints until Optuna 4: a list of numbers. */
const LEGACY_CONSTRAINTS = 'constraints'

/** The constraint values of a trial by name; at most 0 is feasible. Unnamed ones of Optuna 4 are `0`, `1`, …. */
export function constraintValues(systemAttributes: Attributes): Record<string, number> {
  const constraints: Record<string, number> = {}
  const legacy = systemAttributes[LEGACY_CONSTRAINTS]
  if (Array.isArray(legacy)) {
    for (const [i, value] of legacy.entries()) if (typeof value === 'number') constraints[String(i)] = value
  }
  for (const [key, value] of Object.entries(systemAttributes)) {
    if (key.startsWith(CONSTRAINT_PREFIX) && typeof value === 'number') {
      constraints[key.slice(CONSTRAINT_PREFIX.length)] = value
    }
  }
  return constraints
}

/** How far a trial is from feasible: the sum of its positive constraint values. 0 when it is feasible. */
export function violation(systemAttributes: Attributes): number {
  let sum = 0
  for (const value of Object.values(constraintValues(systemAttributes))) if (value > 0) sum += value
  return sum
}
