export { type CopyTarget, copyStudy } from './copy-study.ts'
export { InMemoryStorage } from './in-memory/in-memory-storage.ts'
export { readAllTrials } from './read-all-trials.ts'
export type {
  FrozenStudy,
  Lease,
  NewStudy,
  NewTrial,
  ReapOptions,
  StartedTrial,
  StartOptions,
  StudyStorage,
  TrialAdditions,
  TrialCursor,
  TrialOutcome,
  TrialPage,
} from './study-storage.ts'
