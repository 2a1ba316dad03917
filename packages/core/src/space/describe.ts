import type { Distribution } from './distribution.ts'

/** The distribution as a person writes it: `float(1e-5, 0.1, log)`. */
export function describeDistribution(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    const shown = distribution.choices.slice(0, 10).map((choice) => JSON.stringify(choice))
    if (distribution.choices.length > shown.length) shown.push('…')
    return `categorical(${shown.join(', ')})`
  }
  const { kind, low, high, log, step } = distribution
  const parts = [String(low), String(high)]
  if (log) parts.push('log')
  if (step !== null && !(kind === 'int' && step === 1)) parts.push(`step ${step}`)
  return `${kind}(${parts.join(', ')})`
}
