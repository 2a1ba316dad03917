export type { Clock } from './clock/clock.ts'
export { systemClock } from './clock/system-clock.ts'
export { type ErrorDetails, isTuneError, TuneError, type TuneErrorCode } from './errors/tune-error.ts'
export * from './space/index.ts'
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
} from './storage/study-storage.ts'
export type { Direction } from './study/direction.ts'
export * from './trial/index.ts'
