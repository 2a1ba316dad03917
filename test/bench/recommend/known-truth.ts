import { randomSource } from '@tune/core/random'

/** A function of the unit cube whose true values are known. Lower is better. */
export interface KnownFunction {
  readonly name: string
  readonly dimension: number
  readonly at: (x: readonly number[]) => number
}

const { sin, cos, exp, sqrt, PI } = Math
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

function branin([u = 0, v = 0]: readonly number[]): number {
  const [x, y] = [15 * u - 5, 15 * v]
  return (y - (5.1 * x * x) / (4 * PI * PI) + (5 * x) / PI - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * cos(x) + 10
}

const ALPHA = [1, 1.2, 3, 3.2]
const A6 = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const P6 = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]

function hartmann6(x: readonly number[]): number {
  return -sum(
    ALPHA.map(
      (alpha, i) =>
        alpha *
        exp(-sum(x.map((value, k) => (A6[i]?.[k] as number) * (value - (P6[i]?.[k] as number)) ** 2))),
    ),
  )
}

function ackley(x: readonly number[]): number {
  const z = x.map((value) => 20 * (value - 0.6))
  return (
    -20 * exp(-0.2 * sqrt(sum(z.map((v) => v * v)) / z.length)) -
    exp(sum(z.map((v) => cos(2 * PI * v))) / z.length) +
    20 +
    Math.E
  )
}

function levy(x: readonly number[]): number {
  const w = x.map((value) => 1 + (20 * value - 10 - 1) / 4)
  const last = w.at(-1) as number
  return (
    sin(PI * (w[0] as number)) ** 2 +
    sum(w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * sin(PI * v + 1) ** 2))) +
    (last - 1) ** 2 * (1 + sin(2 * PI * last) ** 2)
  )
}

function rosenbrock(x: readonly number[]): number {
  const z = x.map((value) => 4 * value - 2)
  return sum(z.slice(0, -1).map((v, k) => 100 * ((z[k + 1] as number) - v * v) ** 2 + (1 - v) ** 2))
}

function sphere(x: readonly number[]): number {
  return sum(x.map((value, k) => (value - 0.2 - 0.1 * k) ** 2))
}

export const FUNCTIONS: readonly KnownFunction[] = [
  { name: 'branin', dimension: 2, at: branin },
  { name: 'hartmann6', dimension: 6, at: hartmann6 },
  { name: 'ackley4', dimension: 4, at: ackley },
  { name: 'levy4', dimension: 4, at: levy },
  { name: 'rosenbrock3', dimension: 3, at: rosenbrock },
  { name: 'sphere5', dimension: 5, at: sphere },
  { name: 'ackley2', dimension: 2, at: ackley },
  { name: 'levy6', dimension: 6, at: levy },
]

/** How far the best tenth of random points reaches above the least value that many of them have. */
export function rangeOfGood({ dimension, at }: KnownFunction): number {
  const stream = randomSource(1).stream(0, 'good')
  const values = Array.from({ length: 20_000 }, () =>
    at(Array.from({ length: dimension }, () => stream.uniform())),
  ).toSorted((a, b) => a - b)
  return (values[2000] as number) - (values[0] as number)
}
