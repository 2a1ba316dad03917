export { type CopyTarget, copyStudy } from './copy-study.ts'
export { InMemoryStorage } from './in-memory/in-memory-storage.ts'
export { readAllTrials } from './read-all-trials.ts'
export { assertNoIdentity, STUDY_IDENTITY } from './study-identity.ts'
export type {
  FrozenStudy,
  Lease,
  NewStudy,
  NewTrial,
  OrphanOptions,
  ReapOptions,
  StartedTrial,
  StartOptions,
  StudyId,
  StudyStorage,
  TrialAdditions,
  TrialClaim,
  TrialCursor,
  TrialOutcome,
  TrialOwner,
  TrialPage,
} from './study-storage.ts'
export { leaseHeld, leaseLost, notRunning } from './trial-errors.ts'
