import { formatPercent } from '../text/format.ts'
import type { Compared } from './compare-in-turn.ts'

/** What came out, in a plain sentence. @param inputs under which */
export function sentenceOf(inputs: string, { name, gain }: Compared): string {
  const { verdict, percent, pairs, more } = gain
  const [low, high] = gain.interval.map(formatPercent)
  const share = `${Math.abs(percent).toFixed(1)} %`
  const range = `on ${pairs} days that tuning has not seen (${low} to ${high})`
  if (verdict === 'better') return `With ${inputs} inputs ${name} earns ${share} more than now, ${range}.`
  if (verdict === 'worse') return `With ${inputs} inputs ${name} earns ${share} LESS than now, ${range}.`
  const needed =
    more === undefined ? 'no number of days in sight would tell' : `about ${more} more days would`
  return `With ${inputs} inputs it cannot be told yet whether ${name} earns more: ${formatPercent(percent)} ${range}; ${needed}.`
}
