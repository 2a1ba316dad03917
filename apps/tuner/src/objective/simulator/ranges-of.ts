import type { StudyConfig } from '../../config/study-config.ts'
import type { ParameterRange } from './ranges.ts'

/** Where a file narrows the simulator's space. */
export function rangesOf({ ranges = {}, space = {} }: StudyConfig): Readonly<Record<string, ParameterRange>> {
  const narrowed = Object.entries(space).flatMap(([name, { low, high }]) =>
    low === undefined || high === undefined ? [] : [[name, { low, high }] as const],
  )
  return { ...ranges, ...Object.fromEntries(narrowed) }
}
