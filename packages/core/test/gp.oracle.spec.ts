import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  improvementSlope,
  improvementSpread,
  inverseMills,
  logImprovement,
} from '../src/numeric/expected-improvement.ts'
import { nondominatedBoxes } from '../src/numeric/nondominated-boxes.ts'
import { yeoJohnson, yeoJohnsonLambda } from '../src/numeric/power-transform.ts'
import { fitKernel } from '../src/samplers/gp/fit-kernel.ts'
import { HypervolumeImprovement } from '../src/samplers/gp/hypervolume-improvement.ts'
import { LEAST_NOISE, MarginalLikelihood } from '../src/samplers/gp/marginal-likelihood.ts'
import { expectClose } from './expect-close.ts'
import { pointsOf, surrogateOf } from './surrogate-of.ts'

// All values come from oracle/generate_gp.py; the files name the programs and their versions.
function oracle<Case>(file: string): Case[] {
  return (JSON.parse(readFileSync(new URL(`oracle/${file}`, import.meta.url), 'utf8')) as { cases: Case[] })
    .cases
}

interface PosteriorCase {
  readonly points: number[][]
  readonly targets: number[]
  readonly weights: number[]
  readonly scale: number
  readonly noise: number
  readonly running?: number[][]
  readonly at: number[][]
  readonly mean: number[]
  readonly variance: number[]
}

describe('the posterior equals that of scikit-learn', () => {
  it.each([
    ...oracle<PosteriorCase>('gp-posterior.json').map((c) => [c.targets.length, 'no', c] as const),
    ...oracle<PosteriorCase>('gp-believer.json').map((c) => [c.targets.length, 'two', c] as const),
  ])('%i observations, %s running trials believed to have their mean', (_, __, c) => {
    const surrogate = surrogateOf(c)
    const found = c.at.map((point) => {
      surrogate.at(Float64Array.from(point))
      return { mean: surrogate.mean, variance: surrogate.deviation * surrogate.deviation }
    })
    // The noise bounds how well the covariance is conditioned: 1e-6 leaves ten digits.
    expectClose(
      found.map(({ mean }) => mean),
      c.mean,
      1e-8,
    )
    for (const [i, { variance }] of found.entries())
      expect(Math.abs(variance - (c.variance[i] as number))).toBeLessThan(1e-10)
  })
})

interface LikelihoodCase {
  readonly points: number[][]
  readonly targets: number[]
  readonly isCategorical: number[]
  readonly theta: number[]
  readonly loss: number
  readonly gradient: number[]
  readonly best: number
}

describe('the likelihood of a kernel equals that of Optuna', () => {
  const cases = oracle<LikelihoodCase>('gp-likelihood.json').map((c) => [c.targets.length, c] as const)
  it.each(cases)('%i observations: value and gradient', (_, c) => {
    const likelihood = new MarginalLikelihood(
      pointsOf(c.points),
      Uint8Array.from(c.isCategorical),
      Float64Array.from(c.targets),
    )
    const gradient = new Float64Array(c.theta.length)
    expectClose([likelihood.loss(Float64Array.from(c.theta), gradient)], [c.loss], 1e-11)
    expectClose(gradient, c.gradient, 1e-9)
  })

  it.each(cases)('%i observations: the fit is as likely', (_, c) => {
    const isCategorical = Uint8Array.from(c.isCategorical)
    const targets = Float64Array.from(c.targets)
    const kernel = fitKernel(pointsOf(c.points), isCategorical, targets)
    const theta = [...kernel.inverseSquaredLengthscales, kernel.scale, kernel.noise - LEAST_NOISE].map(
      Math.log,
    )
    const likelihood = new MarginalLikelihood(pointsOf(c.points), isCategorical, targets)
    const loss = likelihood.loss(Float64Array.from(theta), new Float64Array(theta.length))
    // The fit ends where a step gains less than 0.01 in log likelihood.
    expect(loss).toBeLessThan(c.best + 0.05)
  })
})

describe('the expected improvement', () => {
  const cases = oracle<{
    z: number
    log: number
    slope: number
    spread: number
    mills: number
    optuna: number
  }>('log-improvement.json')

  it('equals 100 digits of mpmath, and so do its slopes', () => {
    const columns = {
      log: logImprovement,
      slope: improvementSlope,
      spread: improvementSpread,
      mills: inverseMills,
    }
    for (const [name, f] of Object.entries(columns) as [keyof typeof columns, (z: number) => number][]) {
      // Near -4 the sum of two terms cancels a factor of 20; at 40 the density is beyond double precision.
      const seen = cases.filter(({ z }) => z < 30)
      expectClose(
        seen.map(({ z }) => f(z)),
        seen.map((c) => c[name]),
        1e-13,
      )
    }
  })

  it('equals that of Optuna as far as that is precise', () => {
    const seen = cases.filter(({ z }) => z > -1e4)
    expectClose(
      seen.map(({ z }) => logImprovement(z)),
      seen.map((c) => c.optuna),
      1e-10,
    )
  })
})

describe('the Yeo–Johnson transform equals that of SciPy', () => {
  it.each(
    oracle<{ values: number[]; lambda: number; transformed: number[] }>('power-transform.json').map(
      (c) => [c.values.length, c] as const,
    ),
  )('%i values', (_, c) => {
    expectClose(
      c.values.map((x) => yeoJohnson(x, c.lambda)),
      c.transformed,
      1e-12,
    )
    // Both stop where the likelihood is flat to about the root of the machine precision.
    expect(Math.abs(yeoJohnsonLambda(Float64Array.from(c.values)) - c.lambda)).toBeLessThan(1e-4)
  })
})

describe('the expected hypervolume improvement equals that of Optuna', () => {
  it.each(
    oracle<{
      losses: number[][]
      reference: number[]
      mean: number[]
      deviation: number[]
      log: number
    }>('log-hypervolume-improvement.json').map((c) => [c.reference.length, c.losses.length, c] as const),
  )('%i objectives, %i points', (_, __, c) => {
    // One observation of 0 far away leaves the prior: a mean of 0, which the boxes are moved against.
    const surrogates = c.deviation.map((deviation) =>
      surrogateOf({ points: [[-1e6]], targets: [0], weights: [1], scale: deviation * deviation, noise: 1 }),
    )
    const moved = (point: readonly number[]) => point.map((x, i) => x - (c.mean[i] as number))
    const boxes = nondominatedBoxes(c.losses.map(moved), moved(c.reference))
    const improvement = new HypervolumeImprovement(surrogates, boxes)
    // Optuna's is a mean over 32768 quasi-random samples.
    expect(Math.abs(improvement.at(Float64Array.of(0)) - c.log)).toBeLessThan(5e-3)
  })
})
