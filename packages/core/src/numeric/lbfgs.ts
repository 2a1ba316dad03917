/**
 * Minimisation of a smooth function in a box, by limited-memory BFGS with projection.
 *
 * Coordinates at a bound that the gradient presses against are held; the others move along the quasi-Newton direction,
 * and what leaves the box is put back on its face. Sources: J. Nocedal, S. J. Wright, "Numerical Optimization",
 * 2nd edition, algorithm 7.4 (two-loop recursion), section 3.1 (sufficient decrease), section 3.5 (interpolation);
 * D. P. Bertsekas, "Projected Newton Methods", SIAM J. Control and Optimization 20(2), 1982 (the held coordinates).
 */

/** Gives the value at x and writes the gradient there. Not a finite number where the function is not defined. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number

/** The box, and when to stop. */
export interface LbfgsOptions {
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Stops where no component of the projected gradient is larger. */
  readonly gradientTolerance: number
  /** Stops where a step gains no more than this. */
  readonly valueTolerance: number
  /** Stops after so many steps. */
  readonly steps: number
}

/** How many steps are remembered. */
const MEMORY = 10
/** A step must gain this part of what the gradient promises. */
const SUFFICIENT = 1e-4
const MOST_SHORTENINGS = 20

/**
 * Moves x to a local minimum.
 *
 * @param x the start, inside the box; the minimum when the function returns.
 * @returns the value there.
 */
export function lbfgs(f: Differentiable, x: Float64Array, options: LbfgsOptions): number {
  return new Lbfgs(f, x, options).run()
}

class Lbfgs {
  readonly #f: Differentiable
  readonly #x: Float64Array
  readonly #options: LbfgsOptions
  readonly #gradient: Float64Array
  readonly #direction: Float64Array
  readonly #nextX: Float64Array
  readonly #nextGradient: Float64Array
  readonly #memory: Memory

  constructor(f: Differentiable, x: Float64Array, options: LbfgsOptions) {
    this.#f = f
    this.#x = x
    this.#options = options
    this.#gradient = new Float64Array(x.length)
    this.#direction = new Float64Array(x.length)
    this.#nextX = new Float64Array(x.length)
    this.#nextGradient = new Float64Array(x.length)
    this.#memory = new Memory(x.length)
  }

  run(): number {
    let value = this.#f(this.#x, this.#gradient)
    for (let step = 0; step < this.#options.steps && Number.isFinite(value); step++) {
      if (this.#projectedGradient() <= this.#options.gradientTolerance) break
      const next = this.#stepFrom(value)
      if (next === undefined) {
        if (this.#memory.size === 0) break
        // What was remembered misleads: once more along the gradient.
        this.#memory.size = 0
        continue
      }
      const gain = value - next
      this.#memory.add(this.#x, this.#nextX, this.#gradient, this.#nextGradient)
      this.#x.set(this.#nextX)
      this.#gradient.set(this.#nextGradient)
      value = next
      if (gain <= this.#options.valueTolerance) break
    }
    return value
  }

  /** The largest component of the gradient that does not press against a bound. */
  #projectedGradient(): number {
    let most = 0
    for (let i = 0; i < this.#x.length; i++)
      if (!this.#isHeld(i)) most = Math.max(most, Math.abs(this.#gradient[i] as number))
    return most
  }

  #isHeld(i: number): boolean {
    const { lower, upper } = this.#options
    const [x, slope] = [this.#x[i] as number, this.#gradient[i] as number]
    return slope > 0 ? x <= (lower[i] as number) : x >= (upper[i] as number)
  }

  /** Leaves in `nextX` a point that gains enough, its gradient beside it. @returns its value, if there is one */
  #stepFrom(value: number): number | undefined {
    this.#findDirection()
    let length = this.#memory.size === 0 ? Math.min(1, 1 / norm(this.#direction)) : 1
    for (let attempt = 0; attempt < MOST_SHORTENINGS; attempt++) {
      const promised = this.#place(length)
      if (!(promised < 0)) return undefined
      const next = this.#f(this.#nextX, this.#nextGradient)
      if (next <= value + SUFFICIENT * promised) return next
      // The minimum of the parabola through both values with the slope at the start.
      const parabola = (-0.5 * promised) / (next - value - promised)
      length *= Number.isFinite(next) ? Math.min(Math.max(parabola, 0.1), 0.5) : 0.1
    }
    return undefined
  }

  #findDirection(): void {
    const direction = this.#direction
    for (let i = 0; i < direction.length; i++)
      direction[i] = this.#isHeld(i) ? 0 : -(this.#gradient[i] as number)
    this.#memory.apply(direction)
    for (let i = 0; i < direction.length; i++) if (this.#isHeld(i)) direction[i] = 0
    if (!(dot(direction, this.#gradient) < 0)) {
      this.#memory.size = 0
      for (let i = 0; i < direction.length; i++)
        direction[i] = this.#isHeld(i) ? 0 : -(this.#gradient[i] as number)
    }
  }

  /** Puts `nextX` so far along the direction, within the box. @returns what the gradient promises for it */
  #place(length: number): number {
    const { lower, upper } = this.#options
    let promised = 0
    for (let i = 0; i < this.#x.length; i++) {
      const moved = (this.#x[i] as number) + length * (this.#direction[i] as number)
      const inside = Math.min(Math.max(moved, lower[i] as number), upper[i] as number)
      this.#nextX[i] = inside
      promised += (inside - (this.#x[i] as number)) * (this.#gradient[i] as number)
    }
    return promised
  }
}

/** The last steps, s, and what the gradient changed by, y: together an approximation of the inverse Hessian. */
class Memory {
  size = 0
  #newest = -1
  readonly #s: readonly Float64Array[]
  readonly #y: readonly Float64Array[]
  /** 1 / (s · y) */
  readonly #rho = new Float64Array(MEMORY)
  readonly #alpha = new Float64Array(MEMORY)

  constructor(dimension: number) {
    this.#s = Array.from({ length: MEMORY }, () => new Float64Array(dimension))
    this.#y = Array.from({ length: MEMORY }, () => new Float64Array(dimension))
  }

  /** Takes in a step, unless the curvature along it is not positive. */
  add(x: Float64Array, nextX: Float64Array, gradient: Float64Array, nextGradient: Float64Array): void {
    const slot = (this.#newest + 1) % MEMORY
    const s = this.#s[slot] as Float64Array
    const y = this.#y[slot] as Float64Array
    for (let i = 0; i < s.length; i++) {
      s[i] = (nextX[i] as number) - (x[i] as number)
      y[i] = (nextGradient[i] as number) - (gradient[i] as number)
    }
    const curvature = dot(s, y)
    if (!(curvature > Number.EPSILON * dot(y, y))) return
    this.#rho[slot] = 1 / curvature
    this.#newest = slot
    this.size = Math.min(this.size + 1, MEMORY)
  }

  /** Multiplies the vector by the approximation of the inverse Hessian. */
  apply(vector: Float64Array): void {
    if (this.size === 0) return
    for (let k = 0; k < this.size; k++) {
      const slot = (this.#newest - k + MEMORY) % MEMORY
      const alpha = (this.#rho[slot] as number) * dot(this.#s[slot] as Float64Array, vector)
      this.#alpha[slot] = alpha
      addScaled(vector, -alpha, this.#y[slot] as Float64Array)
    }
    const newest = this.#y[this.#newest] as Float64Array
    const scale = 1 / ((this.#rho[this.#newest] as number) * dot(newest, newest))
    for (let i = 0; i < vector.length; i++) vector[i] = scale * (vector[i] as number)
    for (let k = this.size - 1; k >= 0; k--) {
      const slot = (this.#newest - k + MEMORY) % MEMORY
      const beta = (this.#rho[slot] as number) * dot(this.#y[slot] as Float64Array, vector)
      addScaled(vector, (this.#alpha[slot] as number) - beta, this.#s[slot] as Float64Array)
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function addScaled(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number)
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}
