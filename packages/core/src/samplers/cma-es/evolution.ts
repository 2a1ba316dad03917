/**
 * The normal distribution N(m, σ² C) that CMA-ES samples from, and how one generation of solutions moves it.
 *
 * Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772, appendix A; equation numbers are its.
 * Vectors have n elements; matrices are n × n, row by row, and symmetric.
 */
import { symmetricEigen } from '../../numeric/symmetric-eigen.ts'
import type { Strategy } from './strategy.ts'

/** What stands for an eigenvalue that rounding made negative. */
const LEAST_EIGENVALUE = 1e-8
const MOST_SIGMA = 1e32

/** The distribution of one generation. Nothing of it changes. */
export interface Evolution {
  /** How many generations it has seen. */
  readonly generation: number
  /** m */
  readonly mean: Float64Array
  /** σ */
  readonly sigma: number
  /** C */
  readonly covariance: Float64Array
  /** p_σ */
  readonly pathSigma: Float64Array
  /** p_c */
  readonly pathC: Float64Array
  /** C^(1/2): turns N(0, I) into N(0, C). */
  readonly root: Float64Array
  /** C^(-1/2) */
  readonly inverseRoot: Float64Array
  /** The standard deviations along the axes of the distribution, divided by σ. */
  readonly axes: Float64Array
}

/** A solution of a generation. */
export interface Solution {
  readonly x: Float64Array
  /** Whether it was sampled from somewhere else: then it is moved towards the mean where it is too far away. */
  readonly injected: boolean
}

/** The distribution before the first generation. @param covariance default: the identity. */
export function startAt(mean: Float64Array, sigma: number, covariance?: Float64Array): Evolution {
  const n = mean.length
  const paths = { pathSigma: new Float64Array(n), pathC: new Float64Array(n) }
  return withRoots({ generation: 0, mean, sigma, covariance: covariance ?? identity(n), ...paths })
}

/** The distribution after a generation. @param solutions λ of them, the best first. */
export function evolve(evolution: Evolution, strategy: Strategy, solutions: readonly Solution[]): Evolution {
  const { dimensions: n, parents, weights, muEff, cSigma, dSigma, cC, chiN } = strategy
  const generation = evolution.generation + 1
  const steps = solutions.map((solution) => stepTo(solution, evolution))
  // (41), (42)
  const stepW = new Float64Array(n)
  for (let i = 0; i < parents; i++) addTo(stepW, steps[i] as Float64Array, weights[i] as number)
  const mean = evolution.mean.map((m, d) => m + evolution.sigma * (stepW[d] as number))
  // (43), (44)
  const whitened = multiply(evolution.inverseRoot, stepW)
  const towardsSigma = Math.sqrt(cSigma * (2 - cSigma) * muEff)
  const pathSigma = evolution.pathSigma.map(
    (p, d) => (1 - cSigma) * p + towardsSigma * (whitened[d] as number),
  )
  const length = norm(pathSigma)
  const sigma = Math.min(evolution.sigma * Math.exp((cSigma / dSigma) * (length / chiN - 1)), MOST_SIGMA)
  // (45): the path stalls while σ grows fast.
  const expected = Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 1)))
  const moves = length / expected < (1.4 + 2 / (n + 1)) * chiN ? 1 : 0
  const towardsC = moves * Math.sqrt(cC * (2 - cC) * muEff)
  const pathC = evolution.pathC.map((p, d) => (1 - cC) * p + towardsC * (stepW[d] as number))
  const covariance = adapted(evolution, strategy, steps, pathC, moves)
  return withRoots({ generation, mean, sigma, covariance, pathSigma, pathC })
}

/** (46), (47) */
function adapted(
  { covariance, inverseRoot }: Evolution,
  { dimensions: n, weights, weightSum, c1, cMu, cC }: Strategy,
  steps: readonly Float64Array[],
  pathC: Float64Array,
  moves: number,
): Float64Array {
  const kept = 1 + c1 * (1 - moves) * cC * (2 - cC) - c1 - cMu * weightSum
  const next = covariance.map((c) => kept * c)
  addOuter(next, pathC, c1)
  for (const [i, step] of steps.entries()) {
    const weight = weights[i] as number
    const length = weight >= 0 ? 1 : norm(multiply(inverseRoot, step)) ** 2 + LEAST_EIGENVALUE
    addOuter(next, step, (cMu * weight * (weight >= 0 ? 1 : n)) / length)
  }
  return next
}

/**
 * y = (x - m) / σ; of an injected solution no longer than most samples are.
 *
 * Source: N. Hansen, "Injecting External Solutions Into CMA-ES", arXiv:1110.4181: c_y = √n + 2n / (n + 2).
 */
function stepTo({ x, injected }: Solution, { mean, sigma, inverseRoot }: Evolution): Float64Array {
  const step = x.map((value, d) => (value - (mean[d] as number)) / sigma)
  if (!injected) return step
  const n = x.length
  const factor = (Math.sqrt(n) + (2 * n) / (n + 2)) / norm(multiply(inverseRoot, step))
  return factor < 1 ? step.map((y) => factor * y) : step
}

function withRoots(evolution: Omit<Evolution, 'root' | 'inverseRoot' | 'axes'>): Evolution {
  const n = evolution.mean.length
  const { values, vectors } = symmetricEigen(evolution.covariance, n)
  const axes = values.map((value) => Math.sqrt(value > 0 ? value : LEAST_EIGENVALUE))
  const covariance = new Float64Array(n * n)
  const root = new Float64Array(n * n)
  const inverseRoot = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const vector = vectors.subarray(i * n, (i + 1) * n)
    const axis = axes[i] as number
    addOuter(covariance, vector, axis * axis)
    addOuter(root, vector, axis)
    addOuter(inverseRoot, vector, 1 / axis)
  }
  return { ...evolution, covariance, root, inverseRoot, axes }
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1
  return matrix
}

/** Adds factor · v to a vector. */
function addTo(sum: Float64Array, v: Float64Array, factor: number): void {
  for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] as number) + factor * (v[d] as number)
}

/** Adds factor · v vᵀ to a matrix. */
function addOuter(sum: Float64Array, v: Float64Array, factor: number): void {
  const n = v.length
  for (let i = 0; i < n; i++) {
    const vi = factor * (v[i] as number)
    for (let j = 0; j < n; j++) sum[i * n + j] = (sum[i * n + j] as number) + vi * (v[j] as number)
  }
}

/** A matrix times a vector. */
export function multiply(matrix: Float64Array, v: Float64Array): Float64Array {
  const n = v.length
  const product = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += (matrix[i * n + j] as number) * (v[j] as number)
    product[i] = sum
  }
  return product
}

function norm(v: Float64Array): number {
  let sum = 0
  for (const x of v) sum += x * x
  return Math.sqrt(sum)
}
