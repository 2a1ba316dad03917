import { type Objective, type ParamValue, type Trial, TrialPruned } from '@tune/core'
import type { Simulator, ValueIteratorParameters } from '@tune/sim-local'
import type { StudyConfig } from '../config/study-config.ts'
import { instancesOf, valueOf } from './instances.ts'

/** Evaluates trials in worker threads. Each day is a report; where the pruner ends a trial its other days are not run. */
export function onThisMachine(
  config: StudyConfig,
  simulator: Simulator,
  suggest: (trial: Trial) => Promise<ValueIteratorParameters>,
  mayPrune: (trial: Trial) => boolean,
): Objective<Readonly<Record<string, ParamValue>>> {
  const { inputs, week } = config.objective.simulator
  const instances = instancesOf(config)
  return async (trial) => {
    const parameters = await suggest(trial)
    const pruned = new AbortController()
    const signal = AbortSignal.any([trial.signal, pruned.signal])
    const simulate = async ({ day, seed }: (typeof instances)[number], step: number) => {
      const { profitPerDriverHour } = await simulator.simulateDay(week, day, parameters, {
        inputs,
        seed,
        signal,
      })
      if (signal.aborted) return Number.NaN
      await trial.report(profitPerDriverHour, step)
      if (mayPrune(trial) && (await trial.shouldPrune())) pruned.abort(new TrialPruned())
      return profitPerDriverHour
    }
    const days = await Promise.allSettled(instances.map(simulate))
    signal.throwIfAborted()
    return valueOf(days.map((day) => fulfilled(day)))
  }
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}
