import { History } from '../history/index.ts'
import { UnitSpace } from '../samplers/gp/unit-space.ts'
import type { ParamValue, SearchSpace } from '../space/index.ts'
import { isEligible } from '../study/better.ts'
import type { Direction } from '../study/direction.ts'
import { type FrozenTrial, paramValues } from '../trial/index.ts'
import { type Expectation, expectationOf } from './expectation.ts'
import { type InstanceValues, instanceEffects } from './instance-effects.ts'
import { type Noise, noiseOf } from './noise-of.ts'

/** What is known of values beforehand. */
export interface RecommendOptions {
  /**
   * Where it is known from how much of a value is chance. `instances`: the reports of a trial are its values on
   * instances, which are the same for all trials, and step 0 is the first one; what an instance is like is taken out, and
   * what is left shows how much chance there is. `fitted`: from how much trials differ whose parameters hardly do.
   * `none`: there is no chance, and the trial with the best value is the best one. Default: what trials show that were
   * evaluated by a runner; `fitted` for others.
   */
  readonly noise?: Noise
}

/** Parameters to use, and what is to be expected of them. */
export interface Recommendation<P = Readonly<Record<string, ParamValue>>> {
  /** The trial that had them. */
  readonly trial: FrozenTrial
  readonly params: P
  /** Its value, where it is evaluated again. */
  readonly expected: number
  /** 95 % of what that may be. */
  readonly interval: readonly [number, number]
  /**
   * How it was found: `model`, from what trials nearby had; `shrinkage`, from how much of the differences is noise;
   * `exact`, as values are.
   */
  readonly method: Expectation['method']
  /** The trial with the best value, and what is to be expected of it. */
  readonly best: { readonly trial: FrozenTrial; readonly expected: number }
}

/** 97.5 % of a standard normal variable are below it. */
const Z = 1.959964

/** Which of the trials that say something. */
interface Row {
  readonly row: number
}

/** What a trial had. */
interface Seen {
  readonly trial: FrozenTrial
  /** By instance; a single one where it was evaluated as a whole. */
  readonly values: InstanceValues
}

/**
 * The parameters, of those that trials had, whose value is to be expected to be best, or not much worse and better known;
 * see `Study.recommend`.
 *
 * @param trials of a study with one direction.
 * @returns `undefined` where no trial is complete and feasible.
 */
export function recommend(
  trials: readonly FrozenTrial[],
  direction: Direction,
  { noise = noiseOf(trials) }: RecommendOptions = {},
): Recommendation | undefined {
  const seen = seenOf(trials, noise)
  const complete = seen.flatMap(({ trial }, row) => (isEligible(trial) ? [{ trial, row }] : []))
  if (complete.length === 0) return undefined
  const sign = direction === 'minimize' ? 1 : -1
  const { means, counts, variance } = instanceEffects(seen.map(({ values }) => values))
  const space = new UnitSpace(commonSpace(seen.map(({ trial }) => trial)))
  const expected = expectationOf(
    {
      points: {
        coordinates: Float64Array.from(seen.flatMap(({ trial }) => [...coordinatesOf(trial, space)])),
        count: seen.length,
      },
      losses: means.map((mean) => sign * mean),
      variances: Float64Array.from(counts, (count) => variance / count),
      isExact: noise === 'none',
    },
    space,
  )
  const lossOf = ({ row }: Row) => expected.means[row] as number
  const deviationOf = ({ row }: Row) => expected.deviations[row] as number
  // What is best even where it is worse than expected: of two alike, the one that is better known.
  const cautious = (each: Row) => lossOf(each) + deviationOf(each)
  const chosen = complete.reduce((best, each) => (cautious(each) < cautious(best) ? each : best))
  const valueOf = ({ trial }: { readonly trial: FrozenTrial }) => sign * (trial.values?.[0] as number)
  const first = complete.reduce((best, each) => (valueOf(each) < valueOf(best) ? each : best))
  const half = Z * deviationOf(chosen)
  const middle = sign * lossOf(chosen)
  return {
    trial: chosen.trial,
    params: paramValues(chosen.trial),
    expected: middle,
    interval: [middle - half, middle + half],
    method: expected.method,
    best: { trial: first.trial, expected: sign * lossOf(first) },
  }
}

/** Trials that say something of how good their parameters are: those that were ended early too, with what they saw. */
function seenOf(trials: readonly FrozenTrial[], noise: Noise): readonly Seen[] {
  const hasInstances = noise === 'instances'
  const known = trials.filter(({ state }) => state === 'complete' || (hasInstances && state === 'pruned'))
  const instances = known.reduce((most, trial) => Math.max(most, ...stepsOf(trial)), -1) + 1
  return known.flatMap((trial) => {
    const values =
      hasInstances && instances > 0
        ? Float64Array.from({ length: instances }, (_, i) => trial.intermediateValues.get(i) ?? Number.NaN)
        : Float64Array.of(trial.values?.[0] ?? Number.NaN)
    const finite = values.map((value) => (Number.isFinite(value) ? value : Number.NaN))
    return finite.every(Number.isNaN) ? [] : [{ trial, values: finite }]
  })
}

/** Instances are numbered from 0. */
function stepsOf({ intermediateValues }: FrozenTrial): readonly number[] {
  return [...intermediateValues.keys()]
}

/** The parameters that all trials have, each with one distribution. */
function commonSpace(trials: readonly FrozenTrial[]): SearchSpace {
  const history = new History(1)
  for (const trial of trials) history.append(trial)
  return history.commonSpace()
}

function* coordinatesOf(trial: FrozenTrial, space: UnitSpace): Generator<number> {
  for (const [k, name] of space.names.entries())
    yield space.encode(k, trial.params.get(name)?.internal ?? Number.NaN)
}
