import type { ConstraintRule, MetricRule } from '@tune/core'
import { z } from 'zod'

const direction = z.enum(['maximize', 'minimize'])
const value = z
  .enum(['last', 'best', 'mean'])
  .optional()
  .describe('Where a run names no final value: which of the reported ones it is. Default: last.')
const aggregate = z
  .enum(['mean', 'median', 'min', 'max', 'sum'])
  .optional()
  .describe('How the values of instances become one. Default: mean.')

/** A value of the study: `maximize`, or more about it. */
export const metric = z.union(
  [
    direction,
    z.strictObject({
      direction: direction.describe('Whether larger or smaller values are better.'),
      value,
      aggregate,
    }),
  ],
  { error: 'maximize, minimize, or a mapping with direction, value and aggregate' },
)

/** What a metric must hold. */
export const constraint = z.strictObject({
  max: z.number().optional().describe('The largest value that is feasible.'),
  min: z.number().optional().describe('The smallest value that is feasible.'),
  value,
  aggregate,
})

/** The rules of the metrics that a file names. */
export function metricRules(
  metrics: Readonly<Record<string, z.output<typeof metric>>>,
): Readonly<Record<string, MetricRule>> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, rule]) => [
      name,
      (typeof rule === 'string' ? { direction: rule } : rule) as MetricRule,
    ]),
  )
}

/** The rules of the constraints that a file names. */
export function constraintRules(
  constraints: Readonly<Record<string, z.output<typeof constraint>>>,
): Readonly<Record<string, ConstraintRule>> {
  return constraints as Readonly<Record<string, ConstraintRule>>
}
