import { Surrogate } from '../src/samplers/gp/surrogate.ts'
import type { Points } from '../src/samplers/gp/unit-space.ts'

/** Rows of coordinates as the model takes them. */
export function pointsOf(rows: readonly (readonly number[])[]): Points {
  return { coordinates: Float64Array.from(rows.flat()), count: rows.length }
}

/** A surrogate of numbers alone. */
export function surrogateOf(given: {
  readonly points: readonly (readonly number[])[]
  readonly targets: readonly number[]
  readonly weights: readonly number[]
  readonly scale: number
  readonly noise: number
  readonly running?: readonly (readonly number[])[]
}): Surrogate {
  const { points, targets, weights, scale, noise, running = [] } = given
  return new Surrogate({
    points: pointsOf([...points, ...running]),
    isCategorical: new Uint8Array(weights.length),
    kernel: { inverseSquaredLengthscales: Float64Array.from(weights), scale, noise },
    targets: Float64Array.from(targets),
  })
}
