/**
 * Exhaustive search over discrete parameters: every combination once, those among them that only some values of other
 * parameters lead to. What there is below a value is learnt from the trials that took it.
 *
 * Of the values of a parameter, one is drawn half by how many open leaves there are below it, half evenly among those
 * with any, as in Optuna 5: a value that leads to many combinations is not starved by the others, nor they by it.
 */
import type { HistorySnapshot } from '../../history/index.ts'
import { type RandomStream, randomSource } from '../../random/index.ts'
import { cardinality, type Distribution, type SearchSpace } from '../../space/index.ts'
import { type Axis, everyValue } from '../finite/axis.ts'
import { hasAll, rowHas } from '../finite/matches.ts'
import { uniformValue } from '../random/uniform-value.ts'
import type { RemainingRequest, Sampler, SuggestRequest } from '../sampler.ts'
import { childrenOf, type Node, openLeaves } from './open-leaves.ts'

/**
 * Exhaustive search. A study ends when every combination is complete or pruned; see `Study.isExhausted`. Continuous
 * parameters have no end: they are drawn at random, and combinations are those of the others.
 */
export function bruteForce(): Sampler {
  return {
    name: 'bruteForce',
    options: {},
    threaded: false,
    suggest: (request) => ({ params: choose(request) }),
    remaining: (request) => {
      const { space, history } = request
      // Before the first trial of a study that names its parameters as it goes, nothing is known.
      if (space === undefined && history.size === 0) return Number.POSITIVE_INFINITY
      return openLeaves(rootOf(request), axesOf(space ?? {}), namesOf(request), history)
    },
  }
}

function choose(request: SuggestRequest): Record<string, number> {
  const { seed, number, space, history } = request
  const source = randomSource(seed)
  const params: Record<string, number> = {}
  for (const [name, distribution] of Object.entries(space)) {
    if (!isDiscrete(distribution)) params[name] = uniformValue(distribution, source.stream(number, name))
  }
  const known = namesOf(request)
  let node = rootOf(request)
  const axes = axesOf(space)
  for (const [i, axis] of axes.entries()) {
    known.add(axis.name)
    const rest = axes.slice(i + 1)
    const children = childrenOf(node, axis, history)
    const open = (child: Node) => openLeaves(child, rest, known, history)
    const index = drawValue(axis, children, open, source.stream(number, `bruteForce:${axis.name}`))
    params[axis.name] = axis.valueAt(index)
    node = children.get(index) ?? { rows: [], pending: [] }
  }
  return params
}

/** Draws a value by the open leaves below it; evenly where there are none. */
function drawValue(
  axis: Axis,
  children: ReadonlyMap<number, Node>,
  open: (child: Node) => number,
  stream: RandomStream,
): number {
  const visited = [...children.keys()].sort((a, b) => a - b)
  const counts = visited.map((index) => open(children.get(index) as Node))
  const belowUnvisited = open({ rows: [], pending: [] })
  const unvisited = axis.count - visited.length
  const isEven = stream.uniform() < 0.5
  const weights = isEven ? counts.map((count) => Number(count > 0)) : counts
  const rest = unvisited * (isEven ? 1 : belowUnvisited)
  const total = weights.reduce((sum, weight) => sum + weight, rest)
  if (total === 0) return stream.below(axis.count)
  let place = stream.uniform() * total
  for (const [i, weight] of weights.entries()) {
    if (place < weight) return visited[i] as number
    place -= weight
  }
  if (unvisited === 0) return visited[weights.findLastIndex((weight) => weight > 0)] as number
  return nthMissing(visited, Math.min(Math.floor((place / rest) * unvisited), unvisited - 1))
}

/** The n-th whole number that is not in a sorted list. */
function nthMissing(sorted: readonly number[], n: number): number {
  let missing = n
  for (const taken of sorted) if (taken <= missing) missing++
  return missing
}

/** The finished and running trials that have what is chosen. */
function rootOf({
  history,
  pending,
  chosen = {},
}: Pick<RemainingRequest, 'history' | 'pending' | 'chosen'>): Node {
  const discrete = discreteOf(chosen, history)
  const rows = Array.from({ length: history.size }, (_, row) => row)
  return {
    rows: rows.filter((row) => rowHas(history, row, discrete)),
    pending: pending.filter(({ params }) => hasAll(params, discrete)),
  }
}

/** Continuous values say nothing about what is below them. */
function discreteOf(
  chosen: Readonly<Record<string, number>>,
  history: HistorySnapshot,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(chosen).filter(([name]) => history.distributions[name]?.every(isDiscrete) ?? true),
  )
}

function namesOf({ chosen = {} }: Pick<RemainingRequest, 'chosen'>): Set<string> {
  return new Set(Object.keys(chosen))
}

function axesOf(space: SearchSpace): Axis[] {
  return Object.entries(space)
    .filter(([, distribution]) => isDiscrete(distribution))
    .map(([name, distribution]) => everyValue(name, distribution))
}

function isDiscrete(distribution: Distribution): boolean {
  return cardinality(distribution) < Number.POSITIVE_INFINITY
}
