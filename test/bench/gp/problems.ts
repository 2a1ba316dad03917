import { categorical, float, int, type SearchSpace } from '@tune/core'

/** A function to minimise, over internal values by parameter name. */
export interface Problem {
  readonly name: string
  readonly space: SearchSpace
  readonly minimum: number
  value(params: Readonly<Record<string, number>>): number
}

function continuous(
  name: string,
  bounds: readonly (readonly [number, number])[],
  minimum: number,
  f: (x: readonly number[]) => number,
): Problem {
  const names = bounds.map((_, k) => `x${k}`)
  return {
    name,
    minimum,
    space: Object.fromEntries(bounds.map(([low, high], k) => [`x${k}`, float(low, high)])),
    value: (params) => f(names.map((key) => params[key] as number)),
  }
}

const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value)
const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0)

const branin = continuous(
  'branin',
  [
    [-5, 10],
    [0, 15],
  ],
  0.397887357729739,
  ([x = 0, y = 0]) =>
    (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
    10,
)

function hartmann(
  dimension: number,
  minimum: number,
  a: readonly (readonly number[])[],
  p: readonly (readonly number[])[],
): Problem {
  const alpha = [1, 1.2, 3, 3.2]
  return continuous(`hartmann${dimension}`, times(dimension, [0, 1] as const), minimum, (x) =>
    sum(
      alpha.map(
        (weight, i) =>
          -weight *
          Math.exp(-sum(x.map((xk, k) => (a[i]?.[k] as number) * (xk - (p[i]?.[k] as number)) ** 2))),
      ),
    ),
  )
}

const hartmann3 = hartmann(
  3,
  -3.86278214782076,
  [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  [
    [0.3689, 0.117, 0.2673],
    [0.4699, 0.4387, 0.747],
    [0.1091, 0.8732, 0.5547],
    [0.0381, 0.5743, 0.8828],
  ],
)

const hartmann6 = hartmann(
  6,
  -3.32236801141551,
  [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
)

const rosenbrock5 = continuous('rosenbrock5', times(5, [-5, 10] as const), 0, (x) =>
  sum(x.slice(1).map((next, k) => 100 * (next - (x[k] as number) ** 2) ** 2 + (1 - (x[k] as number)) ** 2)),
)

// The minimum is off the middle, where every quasi-random sequence looks first.
const ackley5 = continuous('ackley5', times(5, [-20, 32.768] as const), 0, (x) => {
  const root = Math.sqrt(sum(x.map((xk) => xk ** 2)) / x.length)
  const waves = sum(x.map((xk) => Math.cos(2 * Math.PI * xk))) / x.length
  return -20 * Math.exp(-0.2 * root) - Math.exp(waves) + 20 + Math.E
})

const levy8 = continuous('levy8', times(8, [-10, 10] as const), 0, (x) => {
  const w = x.map((xk) => 1 + (xk - 1) / 4)
  const last = w.at(-1) as number
  return (
    Math.sin(Math.PI * (w[0] as number)) ** 2 +
    sum(w.slice(0, -1).map((wk) => (wk - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * wk + 1) ** 2))) +
    (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
  )
})

/** Shaped like the loss of a model in training: rates on log scales, sizes, a few choices that shift the optimum. */
const mixed8: Problem = {
  name: 'mixed8',
  minimum: 0,
  space: {
    rate: float(1e-5, 1, { log: true }),
    decay: float(1e-6, 1e-1, { log: true }),
    dropout: float(0, 0.8, { step: 0.05 }),
    momentum: float(0, 0.99),
    layers: int(1, 12),
    width: int(8, 1024, { log: true }),
    optimizer: categorical(['sgd', 'adam', 'rmsprop', 'lion']),
    activation: categorical(['relu', 'gelu', 'tanh']),
  },
  value: (p) => {
    const of = (name: string) => p[name] as number
    const best = [-1.5, -3, -2.5, -4][of('optimizer')] as number
    const rate = (Math.log10(of('rate')) - best) / 2
    const decay = (Math.log10(of('decay')) + 3.5) / 3
    const layers = (of('layers') - 6) / 5
    const width = (Math.log2(of('width')) - 7 - 0.3 * (of('layers') - 6)) / 4
    const momentum = of('optimizer') === 0 ? of('momentum') - 0.9 : 0.3 * (of('momentum') - 0.5)
    return (
      rate * rate +
      0.5 * decay * decay +
      (of('dropout') - 0.3) ** 2 +
      layers * layers +
      width * width +
      momentum * momentum +
      ([0.05, 0, 0.1, 0.15][of('optimizer')] as number) +
      ([0.06, 0, 0.2][of('activation')] as number) * (1 + rate * rate)
    )
  },
}

/** Only grids and choices: 6 x 4 x 21 x 5 x 3 x 10 of them. */
const discrete6: Problem = {
  name: 'discrete6',
  minimum: 0,
  space: {
    a: categorical(['p', 'q', 'r', 's', 't', 'u']),
    b: categorical([true, false, null, 'auto']),
    c: int(0, 20),
    d: int(1, 5),
    e: categorical([1, 2, 3]),
    f: int(1, 10),
  },
  value: (p) => {
    const of = (name: string) => p[name] as number
    const peak = [4, 9, 13, 7, 16, 11][of('a')] as number
    return (
      Math.abs(of('c') - peak) / 10 +
      ([0.4, 0.1, 0.7, 0, 0.3, 0.9][of('a')] as number) +
      ([0.3, 0, 0.15, 0.5][of('b')] as number) * (1 + of('d') / 5) +
      ((of('d') - 3) / 3) ** 2 +
      ([0.2, 0, 0.1][of('e')] as number) +
      ((of('f') - 8) / 8) ** 2 * (1 + of('e'))
    )
  },
}

export const problems: readonly Problem[] = [
  branin,
  hartmann3,
  hartmann6,
  rosenbrock5,
  ackley5,
  levy8,
  mixed8,
  discrete6,
]
