import { fitKernel } from './fit-kernel.ts'
import type { KernelParameters } from './matern.ts'
import type { Points } from './unit-space.ts'

/** As many kernels as a study with several objectives and constraints has at once. */
const CAPACITY = 16

interface Entry {
  readonly points: Points
  readonly isCategorical: Uint8Array
  readonly targets: Float64Array
  readonly kernel: KernelParameters
}

/** Kernels fitted lately, so that the same fit is not computed again: only time depends on it. */
export class KernelCache {
  readonly #entries: Entry[] = []

  /** {@link fitKernel} of these observations. */
  kernelFor(points: Points, isCategorical: Uint8Array, targets: Float64Array): KernelParameters {
    const known = this.#entries.findIndex(
      (entry) =>
        isSame(entry.targets, targets) &&
        isSame(entry.points.coordinates, points.coordinates) &&
        isSame(entry.isCategorical, isCategorical),
    )
    const [entry] =
      known >= 0
        ? this.#entries.splice(known, 1)
        : [{ points, isCategorical, targets, kernel: fitKernel(points, isCategorical, targets) }]
    this.#entries.push(entry as Entry)
    if (this.#entries.length > CAPACITY) this.#entries.shift()
    return (entry as Entry).kernel
  }
}

function isSame(a: Float64Array | Uint8Array, b: Float64Array | Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
