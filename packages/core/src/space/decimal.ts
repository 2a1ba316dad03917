/**
 * Exact decimal arithmetic on the shortest decimal text of a double, so that 0.1 divides 0.3 three times.
 */
interface Decimal {
  readonly digits: bigint
  /** The value is `digits * 10^-scale`. */
  readonly scale: number
}

function decimal(x: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(x).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

/** The largest `low + k * step`, k a whole number, that is at most `high`, computed in decimal. */
export function highestOnGrid(low: number, high: number, step: number): number {
  const [a, b, s] = [decimal(low), decimal(high), decimal(step)]
  const scale = Math.max(a.scale, b.scale, s.scale)
  const [lowDigits, highDigits, stepDigits] = [a, b, s].map(
    (d) => d.digits * 10n ** BigInt(scale - d.scale),
  ) as [bigint, bigint, bigint]
  const steps = (highDigits - lowDigits) / stepDigits
  const onGrid = lowDigits + steps * stepDigits
  if (onGrid === highDigits) return high
  return Number(`${onGrid}e-${scale}`)
}
