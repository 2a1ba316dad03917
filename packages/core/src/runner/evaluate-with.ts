import type { Clock } from '../clock/clock.ts'
import { type Duration, milliseconds } from '../clock/duration.ts'
import { systemClock } from '../clock/system-clock.ts'
import type { ConstraintRule, MetricRule } from '../metrics/metric-rules.ts'
import type { ParamValue } from '../space/index.ts'
import type { Objective } from '../study/optimize.ts'
import type { Trial } from '../trial/trial.ts'
import { Evaluation } from './evaluation.ts'
import { shortened } from './results.ts'
import type { Runner } from './runner.ts'
import { Slots } from './slots.ts'

/** What is evaluated, by whom, and what is made of it. */
export interface EvaluateOptions<P> {
  readonly runner: Runner
  /** The study's name, for people who look at what evaluates it. */
  readonly study: string
  /** The metrics that are the study's values, in the order of its directions. */
  readonly metrics: Readonly<Record<string, MetricRule>>
  /** What other metrics must hold for a trial to be feasible. Default: nothing. */
  readonly constraints?: Readonly<Record<string, ConstraintRule>>
  /** The cases that every trial is evaluated on, by name. Default: none; a trial is evaluated as a whole. */
  readonly instances?: readonly string[]
  /**
   * How many instances of a trial are evaluated at a time: by as many runs, or by one where a run takes several. The
   * others wait, so that the pruner can save them. Default: 1 where each has a run of its own, all where a run takes all.
   */
  readonly atOnce?: number
  /** How often what failed is tried again, alone: instances, or the whole. Default: 0. */
  readonly retries?: number
  /**
   * What decides the metrics besides the parameters and the instance, in words: what was evaluated before under the same
   * words is not evaluated again, in any run of the study. Default: everything is evaluated, as it must be where chance
   * is involved.
   */
  readonly memory?: string
  /** How long a trial may take: milliseconds, or text as `'30 min'`. It fails then. Default: without end. */
  readonly timeLimit?: Duration
  /** The parameters of a trial, suggested where that has not been done. Default: those of the study's space. */
  readonly params?: (trial: Trial<P>) => Promise<Readonly<Record<string, ParamValue>>>
  /** Whether the pruner may end a trial. Default: any. */
  readonly mayPrune?: (trial: Trial<P>) => boolean
  /** Where time comes from. Default: the system's clock. */
  readonly clock?: Clock
}

/**
 * An objective that has its trials evaluated by a runner. Use it with `optimize({ orphans: 'adopt' })`: then runs whose
 * tuner died are found again, not repeated.
 *
 * With instances, the value of each is the trial's report at the step of its place, and the trial's values are what they
 * aggregate to; a trial that the pruner ends has what they aggregate to so far, and those that have not begun are saved.
 * A trial of which one instance is missing has no value.
 *
 * The reference of a run is stored before anything else happens. Where the study's pruner ends the trial, or the study
 * is aborted, its runs are stopped. They are not where another process has taken the trial, or may take it since the
 * study was closed under it: the runs are that one's then.
 *
 * @throws TuneError INVALID_ARGUMENT: a time limit that is none
 */
export function evaluateWith<P>(options: EvaluateOptions<P>): Objective<P> {
  const { timeLimit, memory, params = async (trial) => trial.params as Record<string, ParamValue> } = options
  const plan = {
    constraints: {},
    retries: 0,
    clock: systemClock,
    mayPrune: () => true,
    ...options,
    memory: memory === undefined ? undefined : shortened(memory),
    timeLimitMs: timeLimit === undefined ? Infinity : milliseconds(timeLimit, 'timeLimit'),
    timeLimit: String(timeLimit),
    slots: new Slots(),
  }
  return async (trial) => {
    const chosen = await params(trial)
    using evaluation = new Evaluation(plan, trial, chosen)
    return await evaluation.run()
  }
}
