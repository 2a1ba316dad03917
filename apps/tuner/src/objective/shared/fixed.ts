import type { StudyConfig } from '../../config/study-config.ts'
import type { Params } from '../objective.ts'

/** The parameters that are not tuned. */
export function fixedOf({ fixed }: StudyConfig): Params {
  return Object.fromEntries(
    Object.entries(fixed).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? value.value : value,
    ]),
  )
}
