import { createStudy, evaluateWith, float, functionRunner, paramValues, randomSampler } from '@tune/core'
import { randomSource } from '@tune/core/random'
import { openStorage } from '@tune/storage'
import { describe, it } from 'vitest'
import { type Workplace, workplace } from './tuner.ts'

const noise = (x: number, instance = '') =>
  randomSource(5)
    .stream(Math.round(1e6 * x), instance)
    .uniform() - 0.5

/** A study of a parabola on noisy instances, in the storage where the program looks first. */
async function noisyStudy({ folder }: Workplace) {
  await using storage = await openStorage(`sqlite:${folder}/tune.db`)
  await using study = await createStudy({
    name: 'noisy',
    storage,
    metrics: { loss: 'minimize' },
    sampler: randomSampler(),
    seed: 2,
    space: { x: float(0, 1) },
  })
  await using runner = functionRunner(({ params, instance }) => {
    const x = params['x'] as number
    return { loss: (x - 0.3) ** 2 + noise(x, instance) }
  })
  const metrics = { loss: { direction: 'minimize' } } as const
  const instances = ['a', 'b', 'c', 'd']
  await study.optimize(evaluateWith({ runner, study: 'noisy', metrics, instances }), { trials: 40 })
  return { best: await study.bestTrial(), recommendation: await study.recommend() }
}

describe.concurrent('of a study under noise', () => {
  it('what is to be expected to be best is shown and handed on, and what was luckiest where asked', async ({
    expect,
  }) => {
    await using place = await workplace()
    const { best, recommendation } = await noisyStudy(place)
    const { trial, params } = recommendation
    expect(trial.number).not.toBe(best.number)
    const printed = async (...args: readonly string[]) =>
      JSON.parse((await place.tuner('best', 'noisy', ...args)).out)
    expect(await printed()).toEqual(params)
    expect(await printed('--observed')).toEqual(paramValues(best))
    const { out } = await place.tuner('show', 'noisy')
    expect(out).toContain(`Recommended: trial ${trial.number}, loss `)
    expect(out).toContain(`Trial ${best.number} has the best value, `)
  })
})
