import { Covariance, type InverseFactor } from './covariance.ts'
import { fitKernel } from './fit-kernel.ts'
import type { KernelParameters } from './matern.ts'
import { ScaledPoints } from './scaled-points.ts'
import type { Points } from './unit-space.ts'

/** As many kernels as a study with several objectives and constraints has at once. */
const CAPACITY = 16

/** A kernel, and the factor of the covariance that it gives the points that it was fitted to. */
export interface FittedKernel {
  readonly kernel: KernelParameters
  readonly factor: InverseFactor
}

interface Entry extends FittedKernel {
  readonly points: Points
  readonly isCategorical: Uint8Array
  readonly targets: Float64Array
}

/** Kernels fitted lately, so that the same fit is not computed again: only time depends on it. */
export class KernelCache {
  readonly #entries: Entry[] = []

  /** The kernel fitted to these observations. */
  fitted(points: Points, isCategorical: Uint8Array, targets: Float64Array): FittedKernel {
    const known = this.#entries.findIndex(
      (entry) =>
        isSame(entry.targets, targets) &&
        isSame(entry.points.coordinates, points.coordinates) &&
        isSame(entry.isCategorical, isCategorical),
    )
    const [entry] =
      known >= 0
        ? this.#entries.splice(known, 1)
        : [{ points, isCategorical, targets, ...fit(points, isCategorical, targets) }]
    this.#entries.push(entry as Entry)
    if (this.#entries.length > CAPACITY) this.#entries.shift()
    return entry as Entry
  }
}

function fit(points: Points, isCategorical: Uint8Array, targets: Float64Array): FittedKernel {
  const kernel = fitKernel(points, isCategorical, targets)
  const scaled = new ScaledPoints(points, isCategorical)
  scaled.rescale(kernel.inverseSquaredLengthscales)
  return { kernel, factor: new Covariance(scaled, kernel, points.count).inverseFactor() }
}

function isSame(a: Float64Array | Uint8Array, b: Float64Array | Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
