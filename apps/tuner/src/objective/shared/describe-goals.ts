import { metricRules } from '../../config/metrics.ts'
import type { StudyConfig } from '../../config/study-config.ts'

/** `maximize auc, latency_ms at most 100` */
export function describeGoals({ metrics = {}, constraints }: StudyConfig): string {
  const values = Object.entries(metricRules(metrics)).map(([name, { direction }]) => `${direction} ${name}`)
  const bounds = Object.entries(constraints).map(([name, { max, min }]) =>
    [
      name,
      ...(min === undefined ? [] : [`at least ${min}`]),
      ...(max === undefined ? [] : [`at most ${max}`]),
    ].join(' '),
  )
  return [...values, ...bounds].join(', ')
}
