import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createStudy,
  type EvaluateOptions,
  evaluateWith,
  float,
  functionRunner,
  InMemoryStorage,
  type RecommendOptions,
  randomSampler,
} from '../src/index.ts'
import { randomSource } from '../src/random/index.ts'
import { instanceEffects } from '../src/recommendation/instance-effects.ts'
import { MarginalLikelihood } from '../src/samplers/gp/marginal-likelihood.ts'
import { Surrogate } from '../src/samplers/gp/surrogate.ts'
import { expectClose } from './expect-close.ts'
import { pointsOf } from './surrogate-of.ts'

const POINTS = [
  [0.1, 0.2],
  [0.4, 0.9],
  [0.75, 0.3],
  [0.5, 0.55],
  [0.9, 0.8],
  [0.15, 0.7],
]
const TARGETS = [0.3, -1.2, 0.8, 0.1, -0.4, 1.1]
const KNOWN = [0.05, 0.2, 0.1, 0.01, 0.3, 0.15]

// GaussianProcessRegressor of scikit-learn 1.9.1: ConstantKernel(1.7) * Matern([0.4, 0.8], nu=2.5), alpha = KNOWN + 0.02.
describe('a Gaussian process whose noise is known', () => {
  const surrogate = new Surrogate({
    points: pointsOf(POINTS),
    isCategorical: new Uint8Array(2),
    kernel: {
      inverseSquaredLengthscales: Float64Array.of(1 / 0.4 ** 2, 1 / 0.8 ** 2),
      scale: 1.7,
      noise: 0.02,
    },
    targets: Float64Array.from(TARGETS),
    known: Float64Array.from(KNOWN),
  })

  it.each([
    [[0.3, 0.4], 0.42066189147959543, 0.4436758617037036],
    [[0.8, 0.1], 0.8189849503480734, 0.5332647430846408],
    [[0.4, 0.9], -0.6417101848301887, 0.36956653619672425],
  ])('believes at %j what scikit-learn believes', (point, mean, deviation) => {
    surrogate.at(Float64Array.from(point))
    expectClose([surrogate.mean, surrogate.deviation], [mean, deviation], 1e-9)
  })

  it('foretells each observation from the others as scikit-learn does', () => {
    const { weights, precisions } = surrogate.leftOut()
    expectClose(
      weights.map((weight, i) => weight / (precisions[i] as number)),
      [
        -0.8128256254936057, -1.4723437097019942, 0.6351411582740101, 0.3219679970316801, -0.5798074863719901,
        1.518949157078677,
      ],
      1e-9,
    )
  })

  it('has the slopes of its likelihood', () => {
    const likelihood = new MarginalLikelihood(
      pointsOf(POINTS),
      new Uint8Array(2),
      Float64Array.from(TARGETS),
      Float64Array.from(KNOWN),
    )
    const theta = Float64Array.of(0.7, -0.4, 0.3, -3)
    const gradient = new Float64Array(4)
    likelihood.loss(theta, gradient)
    const numeric = theta.map((_, k) => {
      const at = (step: number) =>
        likelihood.loss(
          theta.map((value, j) => (j === k ? value + step : value)),
          new Float64Array(4),
        )
      return (at(1e-5) - at(-1e-5)) / 2e-5
    })
    expectClose(gradient, numeric, 1e-6)
  })
})

describe('instance effects', () => {
  const effects = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 5 })

  it('are taken out, whichever instances a trial saw', () => {
    fc.assert(
      fc.property(effects, effects, fc.integer({ min: 0, max: 1000 }), (levels, instances, seed) => {
        const stream = randomSource(seed).stream(0, 'seen')
        const middle = instances.reduce((sum, g) => sum + g / instances.length, 0)
        const rows = levels.map((level, t) =>
          Float64Array.from(instances, (g, i) =>
            // The first trial saw all, so that all can be compared; the others saw one at least.
            t === 0 || i === t % instances.length || stream.uniform() < 0.5 ? level + g : Number.NaN,
          ),
        )
        const { means } = instanceEffects(rows)
        for (const [t, mean] of means.entries()) expect(mean).toBeCloseTo((levels[t] as number) + middle, 5)
      }),
    )
  })

  it('leave the variance of what is left', () => {
    // Rows 1, 3 and 5, 3 around their effects: residuals ±1 with one degree of freedom.
    const { variance, counts } = instanceEffects([Float64Array.of(1, 3), Float64Array.of(5, 3)])
    expect(variance).toBeCloseTo(4)
    expect([...counts]).toEqual([2, 2])
  })

  it('of a single instance leave nothing to tell', () => {
    const { means, variance } = instanceEffects([Float64Array.of(1), Float64Array.of(4)])
    expect([...means]).toEqual([1, 4])
    expect(variance).toBeNaN()
  })
})

/** A study of a bowl around 0.3, whose trials were evaluated on seven noisy instances. */
async function noisyStudy(direction: 'minimize' | 'maximize', scale = 1, shift = 0) {
  const study = await createStudy({
    name: 's',
    storage: new InMemoryStorage(),
    direction,
    sampler: randomSampler(),
    seed: 3,
    space: { x: float(0, 1), y: float(0, 1) },
  })
  const sign = direction === 'minimize' ? 1 : -1
  const random = randomSource(8)
  await study.optimize(
    async (trial) => {
      const { x, y } = trial.params
      const bowl = (x - 0.3) ** 2 + 0.2 * (y - 0.6) ** 2
      const values = Array.from({ length: 7 }, (_, i) => {
        const noise = random.stream(trial.number, `${i}`).uniform() - 0.5
        return shift + sign * scale * (bowl + i + noise)
      })
      for (const [i, value] of values.entries()) await trial.report(value, i)
      return values.reduce((sum, value) => sum + value / 7, 0)
    },
    { trials: 60 },
  )
  return study
}

describe('a recommendation', () => {
  const byInstances: RecommendOptions = { noise: 'instances' }

  it('is nearer to the truth than the trial with the best value', async () => {
    await using study = await noisyStudy('minimize')
    const { trial, params, expected, interval, method, best } = await study.recommend(byInstances)
    const bowl = (p: { readonly x: number; readonly y: number }) => (p.x - 0.3) ** 2 + 0.2 * (p.y - 0.6) ** 2
    expect(method).toBe('model')
    expect(bowl(params)).toBeLessThan(bowl(await study.bestParams()))
    expect(best.trial.number).toBe((await study.bestTrial()).number)
    expect(trial.number).not.toBe(best.trial.number)
    // What chance gave the best value is not to be expected again.
    expect(best.expected).toBeGreaterThan(best.trial.values?.[0] as number)
    expect(interval[0]).toBeLessThan(bowl(params) + 3)
    expect(interval[1]).toBeGreaterThan(bowl(params) + 3)
    expect(expected).toBeCloseTo((interval[0] + interval[1]) / 2, 10)
  })

  it('is the same for larger as for smaller values, and on any scale', async () => {
    await using study = await noisyStudy('minimize')
    const { trial, expected } = await study.recommend(byInstances)
    await using negative = await noisyStudy('maximize')
    const opposite = await negative.recommend(byInstances)
    expect(opposite.trial.number).toBe(trial.number)
    expect(opposite.expected).toBeCloseTo(-expected, 6)
    await using other = await noisyStudy('minimize', 1000, -7e4)
    const scaled = await other.recommend(byInstances)
    expect(scaled.trial.number).toBe(trial.number)
    expect(scaled.expected).toBeCloseTo(1000 * expected - 7e4, 2)
  })

  it('is the trial with the best value where there is no chance', async () => {
    await using study = await noisyStudy('minimize')
    const { trial, expected, interval, method } = await study.recommend({ noise: 'none' })
    const best = await study.bestTrial()
    expect([trial.number, expected, interval, method]).toEqual([
      best.number,
      best.values?.[0],
      [best.values?.[0], best.values?.[0]],
      'exact',
    ])
  })

  it('of few trials draws values towards their mean', async () => {
    await using study = await createStudy({ sampler: randomSampler(), space: { x: float(0, 1) } })
    const reports = [
      [1, 3, 2],
      [2, 2, 5],
      [4, 6, 5],
    ]
    await study.optimize(
      async (trial) => {
        const values = reports[trial.number] as number[]
        for (const [i, value] of values.entries()) await trial.report(value, i)
        return values.reduce((sum, value) => sum + value / 3, 0)
      },
      { trials: 3 },
    )
    const { trial, expected, interval, method, best } = await study.recommend(byInstances)
    expect([trial.number, method]).toEqual([0, 'shrinkage'])
    // Means 2, 3, 5 vary by 7/3, of which 4/9 is noise: 16/3 is left of effects, with 4 degrees of freedom, by 3 instances.
    const share = (7 / 3 - 4 / 9) / (7 / 3)
    expect(expected).toBeCloseTo(10 / 3 + share * (2 - 10 / 3), 10)
    expect(best.expected).toBeCloseTo(expected, 10)
    const half = 1.959964 * Math.sqrt((share * 4) / 9)
    expectClose(interval, [expected - half, expected + half], 1e-9)
  })

  it('knows by itself how a runner evaluated trials', async () => {
    const noise = (params: { readonly x: number }, instance = '') =>
      randomSource(5)
        .stream(Math.round(1e6 * params.x), instance)
        .uniform()
    const recommended = async (
      options: Pick<EvaluateOptions<{ x: number }>, 'instances' | 'memory' | 'metrics'>,
    ) => {
      await using study = await createStudy({ sampler: randomSampler(), seed: 1, space: { x: float(0, 1) } })
      await using runner = functionRunner(({ params, instance }) => ({
        loss: (params['x'] as number) + noise(params as { x: number }, instance),
      }))
      await study.optimize(evaluateWith({ runner, study: 's', ...options }), { trials: 30 })
      const { expected } = await study.recommend()
      const by = async (known: NonNullable<RecommendOptions['noise']>) =>
        (await study.recommend({ noise: known })).expected
      return {
        expected,
        instances: await by('instances'),
        fitted: await by('fitted'),
        none: await by('none'),
      }
    }
    const metrics = { loss: { direction: 'minimize' } } as const
    const instances = ['a', 'b', 'c']
    const onInstances = await recommended({ metrics, instances, memory: 'x' })
    expect(onInstances.expected).toBe(onInstances.instances)
    expect(onInstances.expected).not.toBe(onInstances.fitted)
    const exact = await recommended({ metrics, memory: 'x' })
    expect(exact.expected).toBe(exact.none)
    expect(exact.expected).not.toBe(exact.fitted)
    const byChance = await recommended({ metrics })
    expect(byChance.expected).toBe(byChance.fitted)
    const worst = { loss: { direction: 'minimize', aggregate: 'max' } } as const
    const ofWorst = await recommended({ metrics: worst, instances })
    expect(ofWorst.expected).toBe(ofWorst.fitted)
    expect(ofWorst.expected).not.toBe(ofWorst.instances)
  })

  it('there is none without a complete trial, nor with several directions', async () => {
    await using study = await createStudy({ sampler: randomSampler() })
    await expect(study.recommend()).rejects.toThrow(expect.objectContaining({ code: 'NO_COMPLETE_TRIAL' }))
    await using several = await createStudy({ direction: ['minimize', 'maximize'] })
    await expect(several.recommend()).rejects.toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('bestTrials()') }),
    )
  })
})
