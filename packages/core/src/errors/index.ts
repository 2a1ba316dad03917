export { type ErrorDetails, isTuneError, TuneError, type TuneErrorCode } from './tune-error.ts'
