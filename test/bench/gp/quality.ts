/**
 * How good the best of 50 and of 100 trials is: tune's gp, Optuna's GPSampler and random choice, five seeds each.
 * `pnpm bench:gp-quality`, or with the names of some problems: about five minutes for all. The figures are reported,
 * whatever they are: the mean distance to the minimum, and in how many of the seeds tune came nearer than Optuna.
 */
import { gp, randomSampler, type Sampler } from '@tune/core'
import { Peer } from './peer.ts'
import { type Problem, problems } from './problems.ts'
import { Told } from './told.ts'

/** Fixed before they were first run. */
const SEEDS = [1, 2, 3, 4, 5]
const BUDGETS = [50, 100]
const directions = ['minimize'] as const

/** The distance to the minimum at each budget. */
type Regrets = readonly number[]

function regretsOf(values: readonly number[], problem: Problem): Regrets {
  return BUDGETS.map((budget) => Math.min(...values.slice(0, budget)) - problem.minimum)
}

function tuned(problem: Problem, sampler: Sampler, seed: number): Regrets {
  const told = new Told(problem.space)
  const values = Array.from({ length: Math.max(...BUDGETS) }, () => {
    const { params } = sampler.suggest(told.request(seed, directions))
    const value = problem.value(params)
    told.tell(params, [value])
    return value
  })
  return regretsOf(values, problem)
}

async function optuna(problem: Problem, peer: Peer, seed: number): Promise<Regrets> {
  await peer.begin(problem.space, directions, seed)
  const values: number[] = []
  while (values.length < Math.max(...BUDGETS)) {
    const { number, params } = await peer.ask()
    values.push(problem.value(params))
    await peer.tell(number, [values.at(-1) as number])
  }
  return regretsOf(values, problem)
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const cells = (texts: readonly (string | number)[]) =>
  texts.map((text, i) => (i === 0 ? String(text).padEnd(13) : String(text).padStart(10))).join('')

await using peer = new Peer()
const wanted = process.argv.slice(2)
console.log(cells(['problem', 'trials', 'random', 'Optuna', 'tune', 'nearer']))
for (const problem of problems.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const ours = SEEDS.map((seed) => tuned(problem, gp(), seed))
  const random = SEEDS.map((seed) => tuned(problem, randomSampler(), seed))
  const theirs: Regrets[] = []
  for (const seed of SEEDS) theirs.push(await optuna(problem, peer, seed))
  for (const [b, budget] of BUDGETS.entries()) {
    const [r, o, t] = [random, theirs, ours].map((all) => all.map((regrets) => regrets[b] as number)) as [
      number[],
      number[],
      number[],
    ]
    const nearer = t.filter((regret, i) => regret < (o[i] as number)).length
    const figures = [r, o, t].map((regrets) => mean(regrets).toPrecision(3))
    console.log(cells([problem.name, budget, ...figures, `${nearer}/${SEEDS.length}`]))
  }
}
