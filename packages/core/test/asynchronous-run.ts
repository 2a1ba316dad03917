import { History } from '../src/history/index.ts'
import type { FrozenTrial, Sampler, SearchSpace } from '../src/index.ts'
import { randomSource } from '../src/random/index.ts'

/** What a simulated study is. */
interface Simulation {
  readonly sampler: Sampler
  readonly space: SearchSpace
  readonly objective: (params: Readonly<Record<string, number>>) => number
  readonly trials: number
  readonly seed: number
  /** How many trials run at a time. One of several takes a lognormal time (σ = 0.7), so that they end in any order. */
  readonly parallel?: number
}

/** The parameters and values of a simulated study's trials, in the order in which they finished. */
export function asynchronousRun({ sampler, space, objective, trials, seed, parallel = 1 }: Simulation): {
  readonly history: History
  readonly best: number
} {
  const history = new History(1)
  const durations = randomSource(seed).stream(0, 'durations')
  const running: { number: number; params: Readonly<Record<string, number>>; end: number }[] = []
  let [next, now, best] = [0, 0, Number.POSITIVE_INFINITY]
  while (next < trials || running.length > 0) {
    while (next < trials && running.length < parallel) {
      const pending = running.map(({ number, params }) => ({ number, params }))
      const known = { seed, directions: ['minimize'], history: history.snapshot(), pending } as const
      const { params } = sampler.suggest({ ...known, space, number: next })
      const normal =
        Math.sqrt(-2 * Math.log(1 - durations.uniform())) * Math.cos(2 * Math.PI * durations.uniform())
      running.push({ number: next++, params, end: now + Math.exp(0.7 * normal) })
      running.sort((a, b) => a.number - b.number)
    }
    const first = running.reduce((a, b) => (b.end < a.end ? b : a))
    running.splice(running.indexOf(first), 1)
    now = first.end
    const value = objective(first.params)
    best = Math.min(best, value)
    history.append(complete(space, first.number, first.params, value))
  }
  return { history, best }
}

function complete(
  space: SearchSpace,
  number: number,
  params: Readonly<Record<string, number>>,
  value: number,
): FrozenTrial {
  return {
    id: number,
    number,
    state: 'complete',
    values: [value],
    params: new Map(
      Object.entries(space).map(([name, distribution]) => [
        name,
        { distribution, internal: params[name] as number },
      ]),
    ),
    intermediateValues: new Map(),
    userAttributes: {},
    systemAttributes: {},
    startedAt: 0,
    completedAt: 0,
  }
}
