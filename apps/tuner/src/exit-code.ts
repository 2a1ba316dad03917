import { isTuneError, type RunEnd, type TuneErrorCode } from '@tune/core'
import { CommanderError } from 'commander'
import { ConfigError } from './config/config-error.ts'

/** How the program ends, by kind. The README has the same table. */
export const EXIT = {
  /** All is done, or a rule of the file ended it. */
  done: 0,
  /** Something that has no code of its own. */
  error: 1,
  /** The command line, a study's file, or what it names is wrong. */
  usage: 2,
  /** There is no such study or trial, or it is another one. */
  study: 3,
  /** The storage cannot be used. */
  storage: 4,
  /** Too many trials failed. */
  failures: 5,
  /** Kubeflow Pipelines cannot be used. */
  pipelines: 6,
  /** Trials are left that other programs run, which give no sign of life. */
  left: 7,
  /** Ctrl-C. */
  interrupted: 130,
  /** Whoever read the output is gone. */
  pipe: 141,
  /** SIGTERM. */
  terminated: 143,
} as const

const OF_CODE: Partial<Record<TuneErrorCode, number>> = {
  INVALID_ARGUMENT: EXIT.usage,
  INVALID_PARAMS: EXIT.usage,
  INVALID_NAME: EXIT.usage,
  STORAGE_URL: EXIT.usage,
  STUDY_EXISTS: EXIT.study,
  STUDY_NOT_FOUND: EXIT.study,
  STUDY_MISMATCH: EXIT.study,
  TRIAL_NOT_FOUND: EXIT.study,
  NO_COMPLETE_TRIAL: EXIT.study,
  TOO_MANY_FAILURES: EXIT.failures,
}

/** The exit code for what went wrong. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  if (error instanceof ConfigError) return EXIT.usage
  if (!isTuneError(error)) return EXIT.error
  if (error.code.startsWith('STORAGE_')) return OF_CODE[error.code] ?? EXIT.storage
  if (error.code.startsWith('KFP_')) return EXIT.pipelines
  return OF_CODE[error.code] ?? EXIT.error
}

/** The exit code for how a run ended by itself. */
export function exitCodeOfEnd(end: RunEnd): number {
  return end === 'left' ? EXIT.left : EXIT.done
}
