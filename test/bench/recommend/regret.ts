/**
 * How much is lost by choosing among noisy trials: the true value of what is chosen, above that of the best of them, on
 * functions whose truth is known. The trial with the best value beside the recommendation. Half of the studies have
 * instances that differ by a level alone, half by a slope too, which all trials share and nothing but other instances can
 * tell from the truth. `pnpm bench:recommend`; a few seconds. The figures are reported, whatever they are.
 */
import {
  createPruner,
  createStudy,
  type FrozenTrial,
  float,
  paramValues,
  signedRankTest,
  tpe,
} from '@tune/core'
import { type RandomStream, randomSource } from '@tune/core/random'
import { FUNCTIONS, type KnownFunction, rangeOfGood } from './known-truth.ts'

const STUDIES = 200
const TRIALS = 100
const PARALLEL = 5
const INSTANCES = 7
/** Fixed before the first run. */
const FIRST_SEED = 5001
/** Standard deviation of a trial's value, in ranges of good values. */
const NOISES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

type Kind = 'levels' | 'levels and slopes'

interface Outcome {
  readonly name: string
  readonly noise: string
  /** True values, in ranges of good values. */
  readonly least: number
  readonly best: number
  readonly recommended: number
}

function normal(stream: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform())
}

/** The values of a trial by instance: the truth, what the instance adds, and chance. */
function instancesOf({ at, dimension }: KnownFunction, kind: Kind, deviation: number, seed: number) {
  const source = randomSource(seed)
  const hasSlopes = kind === 'levels and slopes'
  const [slope, chance] = (hasSlopes ? [0.5, 0.5] : [0, 1]).map(
    (part) => Math.sqrt(part * INSTANCES) * deviation,
  ) as [number, number]
  const instances = Array.from({ length: INSTANCES }, (_, i) => {
    const stream = source.stream(i, 'instance')
    const level = 5 * deviation * normal(stream)
    const slopes = Array.from({ length: dimension }, () => normal(stream) * Math.sqrt(12 / dimension))
    return (x: readonly number[]) =>
      level + slope * x.reduce((sum, value, k) => sum + (slopes[k] as number) * (value - 0.5), 0)
  })
  return (x: readonly number[], trial: number) =>
    instances.map((instance, i) => at(x) + instance(x) + chance * normal(source.stream(trial, `chance ${i}`)))
}

async function outcomeOf(index: number, kind: Kind): Promise<Outcome> {
  const known = FUNCTIONS[index % FUNCTIONS.length] as KnownFunction
  const noise = NOISES[Math.floor(index / FUNCTIONS.length) % NOISES.length] as number
  const range = rangeOfGood(known)
  const valuesOf = instancesOf(known, kind, noise * range, FIRST_SEED + index)
  const names = Array.from({ length: known.dimension }, (_, k) => `x${k}`)
  const pointOf = (params: Readonly<Record<string, unknown>>) => names.map((name) => params[name] as number)
  await using study = await createStudy({
    sampler: tpe(),
    pruner: createPruner('none', {}),
    seed: FIRST_SEED + index,
    space: Object.fromEntries(names.map((name) => [name, float(0, 1)])),
    workers: 0,
  })
  await study.optimize(
    async (trial) => {
      const values = valuesOf(pointOf(trial.params), trial.number)
      for (const [i, value] of values.entries()) await trial.report(value, i)
      return values.reduce((sum, value) => sum + value / INSTANCES, 0)
    },
    { trials: TRIALS, parallel: PARALLEL },
  )
  const truth = (trial: FrozenTrial) => known.at(pointOf(paramValues(trial))) / range
  const { trial } = await study.recommend({ noise: 'instances' })
  return {
    name: known.name,
    noise: `noise ${noise}`,
    least: Math.min(...(await study.trials()).map(truth)),
    best: truth(await study.bestTrial()),
    recommended: truth(trial),
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x / values.length, 0)

function report(title: string, outcomes: readonly Outcome[]): void {
  const regret = (key: 'best' | 'recommended') => mean(outcomes.map((each) => each[key] - each.least))
  const [best, recommended] = [regret('best'), regret('recommended')]
  console.log(
    `  ${title.padEnd(14)} ${best.toFixed(3).padStart(10)} ${recommended.toFixed(3).padStart(12)} ${(recommended / best).toFixed(2).padStart(7)}`,
  )
}

for (const kind of ['levels', 'levels and slopes'] as const) {
  const outcomes: Outcome[] = []
  for (let index = 0; index < STUDIES; index++) outcomes.push(await outcomeOf(index, kind))
  console.log(
    `\n${STUDIES} studies of ${TRIALS} trials; instances have ${kind}; selection regret in ranges of good values`,
  )
  console.log('                 best value  recommended   ratio')
  for (const key of ['name', 'noise'] as const)
    for (const [title, some] of Map.groupBy(outcomes, (each) => each[key])) report(title, some)
  report('all', outcomes)
  const gains = outcomes.map(({ best, recommended }) => best - recommended)
  const [better, worse] = [gains.filter((gain) => gain > 0), gains.filter((gain) => gain < 0)]
  const p = signedRankTest(gains, { alternative: 'greater', approximate: 'large' })
  console.log(
    `  recommended is truly better ${better.length} times, worse ${worse.length} times; p = ${p.toPrecision(2)}`,
  )
}
