import { describe, expect, it } from 'vitest'
import {
  createPruner,
  type Direction,
  hyperband,
  median,
  type PruneRequest,
  patient,
  percentile,
  type ReportedTrial,
  type Reports,
  successiveHalving,
  threshold,
  wilcoxon,
} from '../src/index.ts'
import { ReportLog } from '../src/trial/reports.ts'

/** Reports at these steps: numbers, or vectors in a study with several directions. */
function reports(entries: Readonly<Record<number, number | readonly number[]>>): Reports {
  const vectors = Object.entries(entries).map(([step, value]) => [Number(step), [value].flat()] as const)
  const log = new ReportLog(vectors[0]?.[1].length ?? 1)
  for (const [step, vector] of vectors) log.add(step, vector)
  return log
}

function trial(
  number: number,
  entries: Readonly<Record<number, number | readonly number[]>>,
  rest: Partial<ReportedTrial> = {},
): ReportedTrial {
  return { number, state: 'complete', values: [0], feasible: true, reports: reports(entries), ...rest }
}

function request(
  own: Readonly<Record<number, number | readonly number[]>>,
  finished: readonly ReportedTrial[] = [],
  rest: Partial<PruneRequest> = {},
): PruneRequest {
  return {
    seed: 0,
    study: 's',
    number: 99,
    directions: ['minimize'],
    reports: reports(own),
    finished,
    running: [],
    ...rest,
  }
}

const two: readonly Direction[] = ['minimize', 'maximize']

describe('median', () => {
  const others = [1, 2, 3, 4, 5].map((value) => trial(value, { 3: value }))

  it('says in words why it prunes', () => {
    expect(median().prune(request({ 1: 9, 3: 4 }, others))).toEqual({
      prune: true,
      reason: 'its best value 4 is worse than 3, which the best 50 % of 5 trials reached at step 3',
    })
    expect(median().prune(request({ 1: 2, 3: 4 }, others))).toEqual({ prune: false })
  })

  it('waits for five complete trials, and compares at the same step only', () => {
    expect(median().prune(request({ 3: 9 }, others.slice(1))).prune).toBe(false)
    expect(median().prune(request({ 4: 9 }, others)).prune).toBe(false)
  })

  it('compares ranks of domination with several directions', () => {
    // Ranks 0, 0, 1, 2: the first two trade one objective for the other.
    const front = [trial(0, { 1: [1, 5] }), trial(1, { 1: [2, 9] })]
    const behind = [trial(2, { 1: [2, 4] }), trial(3, { 1: [3, 3] })]
    const decide = (own: readonly number[]) =>
      median({ startupTrials: 4 }).prune(request({ 1: own }, [...front, ...behind], { directions: two }))
    expect(decide([0.5, 1]).prune).toBe(false)
    expect(decide([5, 10]).prune).toBe(false)
    expect(decide([2, 4.5]).prune).toBe(false)
    expect(decide([3, 3.5])).toEqual({
      prune: true,
      reason: 'its nondomination rank 2 is worse than 1, which the best 50 % of 4 trials reached at step 1',
    })
    expect(decide([Number.NaN, 9]).prune).toBe(true)
  })
})

describe('successiveHalving', () => {
  const pruner = successiveHalving({ minResource: 1, reductionFactor: 2 })

  it('lets trials of any state compete', () => {
    const states = ['complete', 'pruned', 'failed'] as const
    const others = states.map((state, number) => trial(number, { 1: number }, { state }))
    expect(pruner.prune(request({ 1: 1 }, others))).toMatchObject({ prune: false })
    expect(pruner.prune(request({ 1: 1.5 }, others))).toEqual({
      prune: true,
      reason: '1.5 at step 1 is not among the best 1/2 of 4 trials at rung 0',
    })
    const running = [trial(7, { 1: 1.2 }, { state: 'running' })]
    expect(pruner.prune(request({ 1: 1.5 }, others.slice(1, 2), { running })).prune).toBe(true)
  })

  it('answers the same when it is asked twice, and says nothing between rungs', () => {
    const others = [trial(0, { 1: 0, 2: 0, 3: 0 }), trial(1, { 1: 1 })]
    const asked = request({ 1: 0.5, 2: 0.5 }, others)
    expect([pruner.prune(asked).prune, pruner.prune(asked).prune]).toEqual([true, true])
    expect(pruner.prune(request({ 1: 0.5, 2: -1, 3: 9 }, others)).prune).toBe(false)
  })

  it('lets a report that passed two rungs at once compete at both, also where its trial was pruned', () => {
    const pruned = trial(0, { 5: 1 }, { state: 'pruned' })
    expect(pruner.prune(request({ 1: 0, 2: 2 }, [pruned])).prune).toBe(true)
  })

  it('skips a report that is not a number, and prunes it at a rung', () => {
    expect(pruner.prune(request({ 1: 5 }, [trial(0, { 1: Number.NaN })])).prune).toBe(false)
    expect(pruner.prune(request({ 1: Number.NaN }))).toEqual({
      prune: true,
      reason: 'its report at step 1, rung 0, is not a number',
    })
  })

  it('estimates the first rung from the longest complete trial', () => {
    const others = [trial(0, { 1: 0, 3: 0, 350: 0 }), trial(1, { 1: 0, 3: 0, 90: 0 })]
    expect(successiveHalving().prune(request({ 2: 9 }, others)).prune).toBe(false)
    expect(successiveHalving().prune(request({ 3: 9 }, others)).prune).toBe(true)
    const running = others.map((other) => ({ ...other, state: 'running' as const }))
    expect(successiveHalving().prune(request({ 3: 9 }, [], { running })).prune).toBe(false)
  })

  it('promotes by rank of domination with several directions', () => {
    const others = [trial(0, { 1: [1, 1] }), trial(1, { 1: [2, 2] }), trial(2, { 1: [3, 1] })]
    const decide = (own: readonly number[]) => pruner.prune(request({ 1: own }, others, { directions: two }))
    expect(decide([4, 3]).prune).toBe(false)
    expect(decide([4, 1]).prune).toBe(true)
  })
})

describe('hyperband', () => {
  it('lets trials compete within their bracket', () => {
    const pruner = hyperband({ maxResource: 2, reductionFactor: 2 })
    const decide = (number: number) => {
      const others = Array.from({ length: 20 }, (_, i) => trial(i, { 1: 0 })).toSpliced(number, 1)
      return pruner.prune(request({ 1: 9 }, others, { number })).prune
    }
    // Bracket 1 has its first rung at step 2.
    const decisions = Array.from({ length: 20 }, (_, number) => decide(number))
    expect(new Set(decisions)).toEqual(new Set([true, false]))
  })
})

describe('patient', () => {
  it('asks the other pruner only where nothing improved', () => {
    const others = [trial(0, { 0: 0, 1: 0, 2: 0, 3: 0 })]
    const pruner = patient(median({ startupTrials: 1 }), { patience: 1 })
    expect(pruner.prune(request({ 0: 5, 1: 4, 2: 3 }, others)).prune).toBe(false)
    expect(pruner.prune(request({ 0: 3, 1: 4, 2: 5 }, others)).reason).toContain('its best value 3')
    expect(pruner.prune(request({ 0: 3, 1: 4, 2: 5 })).prune).toBe(false)
    expect(patient(null, { patience: 1 }).prune(request({ 0: 3, 1: 4, 2: 5 }))).toEqual({
      prune: true,
      reason: 'its last 2 reports brought no improvement',
    })
  })

  it('calls it an improvement to get better in one of several objectives', () => {
    const pruner = patient(null, { patience: 0, minDelta: 0.5 })
    const decide = (last: readonly number[]) =>
      pruner.prune(request({ 0: [1, 1], 1: last }, [], { directions: two })).prune
    expect(decide([5, 1.1])).toBe(false)
    expect(decide([5, 0.4])).toBe(true)
    expect(decide([1.2, 0.9])).toBe(false)
  })
})

describe('threshold', () => {
  it('has bounds for each objective', () => {
    const pruner = threshold({ lower: [0, null], upper: [1, 5] })
    const decide = (own: readonly number[]) => pruner.prune(request({ 2: own }, [], { directions: two }))
    expect(decide([0.5, -9]).prune).toBe(false)
    expect(decide([0.5, 6])).toEqual({ prune: true, reason: '6 at step 2 is above 5' })
    expect(decide([-1, 0])).toEqual({ prune: true, reason: '-1 at step 2 is below 0' })
    expect(decide([Number.NaN, 0])).toEqual({ prune: true, reason: 'its report at step 2 is not a number' })
  })

  it('refuses bounds for another number of directions', () => {
    expect(() => threshold({ upper: [1, 2] }).prune(request({ 0: 3 }))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'threshold: upper must have one bound for each of 1 directions, but has 2',
      }),
    )
  })
})

describe('wilcoxon', () => {
  const days = (values: readonly number[]) => Object.fromEntries(values.entries())
  const pairs = (values: readonly (readonly number[])[]) => Object.fromEntries(values.entries())

  it('compares with the best feasible trial, step by step', () => {
    const best = trial(3, days([1, 9, 2, 8]), { values: [5] })
    const infeasible = trial(4, days([0, 0, 0, 0]), { values: [0], feasible: false })
    expect(wilcoxon().prune(request(days([2, 10, 2.5, 8.5]), [best, infeasible]))).toEqual({
      prune: true,
      reason: 'it is worse than trial 3 at 4 steps, with p = 0.063',
    })
    expect(wilcoxon().prune(request(days([2, 10, 2.5]), [best, infeasible])).prune).toBe(false)
    expect(wilcoxon().prune(request(days([2, 10, 2.5, Infinity]), [best])).prune).toBe(false)
  })

  it('keeps a trial whose mean is as good', () => {
    const best = trial(0, days([0, 0, 0, 0, 0, 10]))
    const pruner = wilcoxon({ pThreshold: 0.5 })
    expect(pruner.prune(request(days([1, 1, 1, 1, 1, 5]), [best])).prune).toBe(false)
    expect(pruner.prune(request(days([1, 1, 1, 1, 1, 5.5]), [best])).prune).toBe(true)
  })

  it('asks one trial of the front to be better in every objective', () => {
    const a = trial(
      0,
      pairs([
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
      ]),
      { values: [1, 0] },
    )
    const b = trial(
      1,
      pairs([
        [9, 9],
        [9, 9],
        [9, 9],
        [9, 9],
      ]),
      { values: [9, 9] },
    )
    const decide = (own: readonly (readonly number[])[], p: number) =>
      wilcoxon({ pThreshold: p }).prune(request(pairs(own), [a, b], { directions: two }))
    const between = [
      [5, 5],
      [6, 5],
      [7, 5],
      [8, 5],
    ]
    expect(decide(between, 0.5).prune).toBe(false)
    const behind = [
      [5, 0.5],
      [6, 0.4],
      [7, 0.3],
      [8, 0.2],
    ]
    // p = 1/16 in both objectives, against two trials.
    expect(decide(behind, 0.13).reason).toBe('it is worse than trial 0 at 4 steps, with p = 0.063')
    expect(decide(behind, 0.12).prune).toBe(false)
  })
})

const NAMES = 'hyperband, median, none, patient, percentile, successiveHalving, threshold, wilcoxon'

describe('options', () => {
  it.each([
    [
      'median',
      { startupTrials: -1 },
      'median: startupTrials must be a whole number of at least 0, but is -1',
    ],
    ['median', { intervalSteps: 0 }, 'median: intervalSteps must be a whole number of at least 1, but is 0'],
    ['percentile', {}, 'percentile: percentile must be a number from 0 to 100, but is undefined'],
    ['percentile', { percentile: 101 }, 'percentile: percentile must be a number from 0 to 100, but is 101'],
    [
      'successiveHalving',
      { minResource: 0 },
      'successiveHalving: minResource must be a whole number of at least 1, but is 0',
    ],
    [
      'successiveHalving',
      { reductionFactor: 1 },
      'successiveHalving: reductionFactor must be a whole number of at least 2, but is 1',
    ],
    [
      'successiveHalving',
      { bootstrapCount: 1 },
      "successiveHalving: bootstrapCount must be 0 where minResource is 'auto', but is 1",
    ],
    [
      'hyperband',
      { bootstrapCount: 1 },
      "hyperband: bootstrapCount must be 0 where maxResource is 'auto', but is 1",
    ],
    [
      'hyperband',
      { minResource: 5, maxResource: 4 },
      'hyperband: maxResource must be at least minResource, 5, but is 4',
    ],
    ['patient', {}, 'patient: patience must be a whole number of at least 0, but is undefined'],
    ['patient', { patience: 1, minDelta: -1 }, 'patient: minDelta must be a number of at least 0, but is -1'],
    ['threshold', {}, 'threshold: lower must be given, or upper, but is undefined'],
    [
      'threshold',
      { lower: Number.NaN },
      'threshold: lower must be a number, or a list of one for each direction, null where there is none, but is NaN',
    ],
    ['threshold', { lower: 2, upper: 1 }, 'threshold: lower must be at most upper, 1, but is 2'],
    ['wilcoxon', { pThreshold: 2 }, 'wilcoxon: pThreshold must be a number from 0 to 1, but is 2'],
    ['none', { patience: 1 }, 'none: patience: there is no such key; there are none'],
    [
      'patient',
      { pruner: { name: 'median', warmup: 1 } },
      'patient: pruner.warmup: there is no such key; did you mean warmupSteps?',
    ],
    ['toString', {}, `pruner: it must be one of ${NAMES}, but is 'toString'`],
  ])('are refused: %s %j', (name, options, message) => {
    expect(() => createPruner(name, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
    )
  })

  it('are complete with defaults', () => {
    expect(percentile(25).options).toEqual({
      percentile: 25,
      startupTrials: 5,
      warmupSteps: 0,
      intervalSteps: 1,
      minTrials: 1,
    })
    expect(patient(wilcoxon(), { patience: 2 }).options).toEqual({
      pruner: { name: 'wilcoxon', pThreshold: 0.1, startupSteps: 2 },
      patience: 2,
      minDelta: 0,
    })
  })
})
