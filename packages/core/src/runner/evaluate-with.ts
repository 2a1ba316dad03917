import { isTuneError } from '../errors/tune-error.ts'
import type { ParamValue } from '../space/index.ts'
import type { Objective } from '../study/optimize.ts'
import type { Told } from '../study/outcome.ts'
import type { JsonValue } from '../trial/attributes.ts'
import type { Trial } from '../trial/trial.ts'
import { TrialPruned } from '../trial/trial-pruned.ts'
import type { Runner } from './runner.ts'

/** What is evaluated, and by whom. */
export interface EvaluateOptions<P> {
  readonly runner: Runner
  /** The study's name, for people who look at what evaluates it. */
  readonly study: string
  /** The parameters of a trial, suggested where that has not been done. Default: those of the study's space. */
  readonly params?: (trial: Trial<P>) => Promise<Readonly<Record<string, ParamValue>>>
  /** Whether the pruner may end a trial. Default: any. */
  readonly mayPrune?: (trial: Trial<P>) => boolean
}

/**
 * An objective that has its trials evaluated by a runner. Use it with `optimize({ orphans: 'adopt' })`: then evaluations
 * whose tuner died are found again, not repeated.
 *
 * The reference is stored before anything else happens. Each report is one of the trial; where the study's pruner ends
 * the trial, or the study is aborted, the evaluation is stopped. It is not where another process has taken the trial, or
 * may take it since the study was closed under it: the evaluation is that one's then.
 */
export function evaluateWith<P>(options: EvaluateOptions<P>): Objective<P> {
  const {
    runner,
    study,
    params = async (trial) => trial.params as Readonly<Record<string, ParamValue>>,
    mayPrune = () => true,
  } = options
  return async (trial) => {
    const chosen = await params(trial)
    await trial.saved()
    const reference =
      trial.run ??
      (await runner.start(
        { study, studyId: trial.studyId, number: trial.number, params: chosen },
        trial.signal,
      ))
    try {
      if (trial.run === undefined) await trial.setRun(reference)
      return await watch(runner, reference, trial, mayPrune)
    } catch (error) {
      if (!isTuneError(trial.signal.reason, 'LEASE_LOST', 'STUDY_CLOSED')) await runner.stop(reference)
      throw error
    }
  }
}

async function watch<P>(
  runner: Runner,
  reference: JsonValue,
  trial: Trial<P>,
  mayPrune: (trial: Trial<P>) => boolean,
): Promise<Told> {
  for await (const event of runner.watch(reference, trial.signal)) {
    if (event.kind === 'end') return event.told
    await trial.report(event.value, event.step)
    if (mayPrune(trial) && (await trial.shouldPrune())) throw new TrialPruned()
  }
  trial.signal.throwIfAborted()
  return { state: 'failed', reason: `${runner.name}: the evaluation ended without a word` }
}
