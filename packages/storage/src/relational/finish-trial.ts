import { type Lease, leaseHeld, leaseLost, notRunning, type TrialClaim, type TrialOutcome } from '@tune/core'
import { encodeState } from '../optuna/encoding.ts'
import { addTrials, type WholeTrial, wholeTrial } from './create-trials.ts'
import { query, run, type Steps } from './database.ts'
import { type Rows, valueRows } from './rows.ts'
import { named, type TrialRows } from './trial-rows.ts'

/** How a trial ends, as it is when it is handed over. */
interface End {
  readonly state: TrialOutcome['state']
  readonly values: TrialOutcome['values']
  readonly params: TrialOutcome['params']
  readonly kinds: readonly Rows[]
  readonly requeue: WholeTrial | undefined
}

/**
 * Ends a trial; see `StudyStorage.finishTrial`. Its state goes first, under the lease: that fences off everybody else.
 * The token stays with the trial, so that it can be told after a lost answer who ended it.
 */
export async function finishTrial(
  trials: TrialRows,
  claim: TrialClaim,
  outcome: TrialOutcome,
): Promise<void> {
  const { studyId, trialId } = claim
  const end: End = {
    state: outcome.state,
    values: outcome.values === null ? null : [...outcome.values],
    params: new Map(outcome.params),
    kinds: [...trials.rowsOf(outcome), valueRows(outcome.values ?? [])],
    requeue: outcome.requeue === undefined ? undefined : wholeTrial(trials, outcome.requeue),
  }
  await trials.database.transaction(function* (again) {
    // Without a token it is not certain that the trial is still one of this study; a parameter that is new must be seen
    // by whoever brings it in at the same time.
    const needsStudy =
      end.requeue !== undefined ||
      claim.token === undefined ||
      !trials.distributions.allows(studyId, end.params ?? new Map())
    const study = needsStudy ? yield* trials.studies.lock(studyId) : 0
    if (!(yield* setState(trials, study, claim, end))) {
      if (again && (yield* isDone(trials, claim, end))) return
      yield* refuse(trials, claim)
    }
    yield* trials.extend(studyId, trialId, end.params, end.kinds)
    if (end.requeue !== undefined) yield* addTrials(trials, study, studyId, [end.requeue])
  })
}

/** Gives a trial back; see `StudyStorage.releaseTrial`. */
export async function releaseTrial(trials: TrialRows, { studyId, trialId, token }: Lease): Promise<void> {
  await trials.database.transaction(function* (again) {
    // The lock of whoever looks for waiting trials.
    yield* trials.studies.lock(studyId)
    const { count } = yield* run(
      `UPDATE trials SET state = 'WAITING', datetime_start = NULL, tune_token = NULL, tune_lease_until = NULL
        WHERE trial_id = ? AND state = 'RUNNING' AND tune_token = ?`,
      [trialId, token],
    )
    // Where the answer was lost the trial waits already, or somebody else has it.
    if (count === 0 && !again) yield* refuse(trials, { studyId, trialId, token })
  })
}

/** @returns whether the trial was running, and the caller's to end. */
function* setState(
  trials: TrialRows,
  study: number,
  { trialId, token, force = false }: TrialClaim,
  { state }: End,
): Steps<boolean> {
  const nobody = `(tune_token IS NULL OR tune_lease_until <= ${trials.database.dialect.now})`
  const [cleared, mine, key] =
    token === undefined
      ? ([', tune_token = NULL', `study_id = ?${force ? '' : ` AND ${nobody}`}`, study] as const)
      : (['', 'tune_token = ?', token] as const)
  const { count } = yield* run(
    `UPDATE trials SET state = ?, datetime_complete = ?${cleared}
      WHERE trial_id = ? AND state = 'RUNNING' AND ${mine}`,
    [encodeState(state), trials.time(), trialId, key],
  )
  return count > 0
}

/** @throws TuneError STUDY_NOT_FOUND, TRIAL_NOT_FOUND, LEASE_LOST, LEASE_HELD, TRIAL_NOT_RUNNING: why it was not done. */
function* refuse(trials: TrialRows, { studyId, trialId, token }: TrialClaim): Steps<never> {
  const row = yield* trials.lock(studyId, trialId)
  if (token !== undefined) throw leaseLost(named(row))
  throw row['state'] === 'RUNNING' ? leaseHeld(named(row)) : notRunning(named(row))
}

/** Whether the trial has ended in exactly this way: then it was this very call that did it, and its answer was lost. */
function* isDone(trials: TrialRows, { trialId, token }: TrialClaim, { state, values }: End): Steps<boolean> {
  if (token !== undefined) {
    const rows = yield* query('SELECT trial_id FROM trials WHERE trial_id = ? AND tune_token = ?', [
      trialId,
      token,
    ])
    return rows.length > 0
  }
  const trial = yield* trials.read(trialId)
  return trial.state === state && String(trial.values) === String(values)
}
