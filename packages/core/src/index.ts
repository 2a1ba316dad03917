export type { Clock } from './clock/clock.ts'
export { systemClock } from './clock/system-clock.ts'
export { type ErrorDetails, isTuneError, TuneError, type TuneErrorCode } from './errors/tune-error.ts'
export * from './space/index.ts'
