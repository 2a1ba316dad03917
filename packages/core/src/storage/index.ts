export { InMemoryStorage } from './in-memory/in-memory-storage.ts'
export type {
  FrozenStudy,
  Lease,
  NewStudy,
  NewTrial,
  StartedTrial,
  StartOptions,
  StudyStorage,
  TrialCursor,
  TrialOutcome,
  TrialPage,
} from './study-storage.ts'
