import type { Direction } from '../study/direction.ts'
import type { AttributeKind, Attributes } from '../trial/attributes.ts'
import type { FrozenTrial, TrialParam } from '../trial/frozen-trial.ts'
import type { FinishedState, TrialState } from '../trial/trial-state.ts'

/** What identifies a study in all storages. */
export type StudyId = string

/** A study as it was at the moment of reading. */
export interface FrozenStudy {
  /**
   * The study's own identity: random, given by the storage once and for ever. A study that is deleted is not found by
   * it any more, whatever is created later under its name or in its row.
   */
  readonly id: StudyId
  readonly name: string
  readonly directions: readonly Direction[]
  readonly userAttributes: Attributes
  readonly systemAttributes: Attributes
}

/** What a new study needs. */
export interface NewStudy {
  readonly name: string
  readonly directions: readonly Direction[]
  readonly systemAttributes?: Attributes
}

/** What is to be written of a trial besides its state. */
export interface TrialAdditions {
  /** Added after those that the trial has; a parameter that it has already stays as it is. */
  readonly params?: ReadonlyMap<string, TrialParam>
  /** By step; a step that the trial has already is replaced. */
  readonly intermediateValues?: ReadonlyMap<number, number>
  /** Added or replaced by key; others stay. */
  readonly userAttributes?: Attributes
  /** Likewise. */
  readonly systemAttributes?: Attributes
}

/** A trial that is written whole: one that waits to be run, or one that was evaluated elsewhere. */
export interface NewTrial extends TrialAdditions {
  readonly state: Exclude<TrialState, 'running'>
  readonly values?: readonly number[] | null
  /** When a finished trial began and ended, in milliseconds since 1970. Default: now. */
  readonly startedAt?: number | null
  readonly completedAt?: number | null
}

/**
 * The right to run one trial, for a time. Whoever holds it renews it while the evaluation lives; when it has
 * expired anybody may reap the trial. The token fences every write: once the trial is reaped, adopted or ended, it is
 * worthless. Plain data, so that it can be handed on.
 */
export interface Lease {
  readonly studyId: StudyId
  readonly trialId: number
  readonly token: string
}

/** By which right a trial is ended. */
export interface TrialClaim {
  readonly studyId: StudyId
  readonly trialId: number
  /** The token of its lease. Without it a trial is ended only where no lease stands, or the lease has expired. */
  readonly token?: string
  /** End it though another process holds its lease. Default: false. */
  readonly force?: boolean
}

/** A trial that now runs, and the right to run it. */
export interface StartedTrial {
  readonly trial: FrozenTrial
  readonly lease: Lease
}

/** How a trial is to be started. */
export interface StartOptions {
  /** How long the lease lasts unless it is renewed, in milliseconds. */
  readonly leaseMs: number
  /**
   * The study's budget: nothing is started where that many trials run, are complete or are pruned already.
   * Default: none.
   */
  readonly budget?: number
}

/** How a trial ended, and what else is to be written of it before it is final. */
export interface TrialOutcome extends TrialAdditions {
  readonly state: FinishedState
  /** One value for each direction; needed for a complete trial, none for a failed one. */
  readonly values: readonly number[] | null
  /** A trial to be added in its place. */
  readonly requeue?: NewTrial | undefined
}

/** Which of the trials whose owner seems to be dead are taken from it. */
export interface OrphanOptions {
  /** Tokens of leases that are left alone: those of the calling process, which lives. */
  readonly held?: ReadonlySet<string>
  /** Numbers of trials that are left alone. Default: none. */
  readonly except?: ReadonlySet<number>
  /** For how long a lease must have been over, in milliseconds; `Infinity` leaves leases alone. Default: 0. */
  readonly leaseGraceMs?: number
}

/** What becomes of trials whose owner died. */
export interface ReapOptions extends OrphanOptions {
  /** Added to each of them: why it failed. */
  readonly systemAttributes?: Attributes
  /** A trial to be added in the place of the failed one; `undefined` for none. It only looks at the trial. */
  readonly requeue?: (failed: FrozenTrial) => NewTrial | undefined
  /** How old the heartbeat of a trial without a lease may be, in milliseconds. Default: any age. */
  readonly heartbeatGraceMs?: number
}

/** What a running trial gives as a sign that somebody still evaluates it. */
export interface TrialOwner {
  readonly number: number
  /** A lease; Optuna's heartbeat; or `none`: then nobody can know whether its process lives. */
  readonly sign: 'lease' | 'heartbeat' | 'none'
}

/** Where a reader stands in a study: made by `readTrials`, understood only by the storage that made it. */
export type TrialCursor = object & { readonly __cursor?: never }

/** What changed since a cursor. */
export interface TrialPage {
  /** Trials that are new or changed, each as it is now, by number. Finished ones come only once. */
  readonly trials: readonly FrozenTrial[]
  readonly cursor: TrialCursor
  /** Whether there is more to be read at once: a page holds only so many trials. */
  readonly hasMore: boolean
}

/**
 * Where studies and trials are kept.
 *
 * Laws, for every implementation and any number of clients at once:
 *
 * 1. *Numbers.* The trials of a study are numbered 0, 1, 2, … in the order of their creation, without gaps or
 *    duplicates, and a trial's id grows with its number.
 * 2. *States* change as the table of {@link TrialState} says, by compare-and-set: of two clients that want the
 *    same change, one gets it and the other is told.
 * 3. *Finished is final.* No call changes anything of a trial that is complete, pruned or failed.
 * 4. *Snapshots.* What a read returned is never changed under the reader, and what a caller handed in may be
 *    changed by the caller afterwards without effect.
 * 5. *Only news.* `readTrials` with a cursor returns each change at least once and each finished trial exactly
 *    once, and costs what is new, not what there is.
 * 6. *Whole or not at all.* Each call is one transaction, however much it writes: after a failure nothing of it is
 *    there, and a call that was tried again because an answer was lost has its effect once.
 * 7. *Budget.* With `startTrial({budget})` the running, complete and pruned trials together never exceed the budget.
 * 8. *Fenced.* What is written of a running trial carries the token of its lease; a caller whose token is not the
 *    trial's gets LEASE_LOST, and nothing is written.
 * 9. *Gone is gone.* A study that was deleted is STUDY_NOT_FOUND for ever, whatever is created later.
 *
 * Numbers that JSON lacks survive: ±Infinity as values, these and NaN as intermediate values.
 *
 * Every method rejects with TuneError STORAGE_UNAVAILABLE, STORAGE_FULL, STORAGE_READ_ONLY, STORAGE_CORRUPT or
 * STORAGE_FAILED where the database below does, and STORAGE_CLOSED after it was closed; further codes are named at
 * each method.
 */
export interface StudyStorage extends AsyncDisposable {
  /**
   * Creates a study without trials.
   * @throws TuneError STUDY_EXISTS; INVALID_NAME: a name that this storage cannot tell from an existing one, or
   * that is empty or longer than 512 characters.
   */
  createStudy(study: NewStudy): Promise<FrozenStudy>

  /** The study of that name. @throws TuneError STUDY_NOT_FOUND */
  readStudy(name: string): Promise<FrozenStudy>

  /** All studies, in the order of their creation. */
  listStudies(): Promise<readonly FrozenStudy[]>

  /** Removes a study with its trials. @throws TuneError STUDY_NOT_FOUND */
  deleteStudy(studyId: StudyId): Promise<void>

  /**
   * Adds or replaces attributes of a study; others stay.
   *
   * @param options.keepExisting whether those that the study has already are left as they are: of several clients that
   * set the same at once, the first one does.
   * @throws TuneError STUDY_NOT_FOUND, INVALID_NAME, INVALID_VALUE
   */
  setStudyAttributes(
    studyId: StudyId,
    kind: AttributeKind,
    attributes: Attributes,
    options?: { readonly keepExisting?: boolean },
  ): Promise<void>

  /**
   * Adds waiting or finished trials, with the next numbers in their order.
   * @throws TuneError STUDY_NOT_FOUND, INCOMPATIBLE_DISTRIBUTION, INVALID_NAME; then none of them is there
   */
  createTrials(studyId: StudyId, trials: readonly NewTrial[]): Promise<readonly FrozenTrial[]>

  /**
   * Starts a trial: the waiting one with the lowest number, or a new one when none waits.
   * @returns `undefined` when the budget is used up.
   * @throws TuneError STUDY_NOT_FOUND
   */
  startTrial(studyId: StudyId, options: StartOptions): Promise<StartedTrial | undefined>

  /**
   * Looks whether additions could ever be written here, and touches nothing: to be told at once instead of later.
   * @throws TuneError INVALID_NAME: a key that is too long; INVALID_VALUE: a value that is none of JSON, or too long
   */
  assertStorable(additions: TrialAdditions): void

  /**
   * Writes parameters, intermediate values and attributes of a running trial.
   * @throws TuneError STUDY_NOT_FOUND; TRIAL_NOT_FOUND; LEASE_LOST; INCOMPATIBLE_DISTRIBUTION; INVALID_VALUE; INVALID_NAME:
   * a parameter or key that this storage cannot tell from another one of the trial
   */
  extendTrial(lease: Lease, additions: TrialAdditions): Promise<void>

  /**
   * Ends a running trial.
   * @throws TuneError as {@link extendTrial} does; TRIAL_NOT_RUNNING; LEASE_HELD: without a token, a process that lives
   * holds the trial. Nothing is changed then.
   */
  finishTrial(claim: TrialClaim, outcome: TrialOutcome): Promise<void>

  /**
   * Gives a running trial back before its evaluation began: it waits again, with what was written of it.
   * @throws TuneError STUDY_NOT_FOUND, TRIAL_NOT_FOUND, LEASE_LOST
   */
  releaseTrial(lease: Lease): Promise<void>

  /**
   * Prolongs leases to `leaseMs` from now.
   * @returns those that are no longer valid: their trials belong to nobody, or to somebody else.
   */
  renewLeases(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]>

  /**
   * Fails every running trial of the study whose lease has expired, or which has no lease and a stale heartbeat; each is
   * reaped by one caller only. Trials that give no sign of life at all are left alone.
   * @returns the numbers of those that failed.
   */
  reapTrials(studyId: StudyId, options?: ReapOptions): Promise<readonly number[]>

  /**
   * Takes over every running trial of the study whose lease has expired, for an evaluation that goes on without its
   * owner; each is taken over by one caller only.
   * @returns those trials as they are, with new leases.
   */
  adoptTrials(studyId: StudyId, leaseMs: number, options?: OrphanOptions): Promise<readonly StartedTrial[]>

  /** The running trials of a study by number, and by what sign their owners show that they live. */
  readOwners(studyId: StudyId): Promise<readonly TrialOwner[]>

  /**
   * What changed in a study since a cursor; without one, everything. To be called until there is no more.
   * @throws TuneError STUDY_NOT_FOUND
   */
  readTrials(studyId: StudyId, since?: TrialCursor): Promise<TrialPage>
}
