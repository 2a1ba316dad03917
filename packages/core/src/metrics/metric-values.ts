/** Named numbers that an evaluation gives: `{ auc: 0.91, latency_ms: 83 }`. */
export type MetricValues = Readonly<Record<string, number>>
