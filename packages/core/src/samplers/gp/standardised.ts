import { yeoJohnson, yeoJohnsonLambda } from '../../numeric/power-transform.ts'

/** Values on a scale on which their mean is 0 and their variance 1. */
export interface Standardised {
  readonly values: Float64Array
  /** Where a value of the old scale stands on the new one. */
  readonly place: (value: number) => number
}

/** Deviations below this part of the largest value are rounding. */
const LEAST_DEVIATION = 1e-10

export function standardised(values: Float64Array): Standardised {
  // Divided first: the squares of the largest numbers are none.
  const unit = values.reduce((max, x) => Math.max(max, Math.abs(x)), 0) || 1
  const mean = values.reduce((sum, x) => sum + x / unit / values.length, 0)
  const variance = values.reduce((sum, x) => sum + ((x / unit - mean) * (x / unit - mean)) / values.length, 0)
  const deviation = Math.max(Math.sqrt(variance), LEAST_DEVIATION)
  const place = (value: number) => (value / unit - mean) / deviation
  return { values: values.map(place), place }
}

/** Standardised after the Yeo–Johnson transform under which the values are most like normal ones. */
export function warped(values: Float64Array): Standardised {
  const plain = standardised(values)
  const lambda = yeoJohnsonLambda(plain.values)
  const scale = standardised(plain.values.map((x) => yeoJohnson(x, lambda)))
  return {
    values: scale.values,
    place: (value) => scale.place(yeoJohnson(plain.place(value), lambda)),
  }
}
