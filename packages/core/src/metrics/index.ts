export type { Aggregate } from './aggregate.ts'
export type { ConstraintRule, MetricRule } from './metric-rules.ts'
export type { MetricValues } from './metric-values.ts'
export type { Reduction } from './report-summary.ts'
