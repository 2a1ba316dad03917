import { type FrozenTrial, TuneError } from '@tune/core'
import { decodeState } from '../optuna/encoding.ts'
import type { Row } from './database.ts'

export function studyIdNotFound(studyId: number): TuneError {
  return new TuneError('STUDY_NOT_FOUND', `no study with id ${studyId}`, { studyId })
}

export function studyExists(name: string, existing: string): TuneError {
  return existing === name
    ? new TuneError('STUDY_EXISTS', `study '${name}' exists already`, { name })
    : new TuneError(
        'INVALID_NAME',
        `study name: this database cannot tell '${name}' from the existing '${existing}'`,
        {
          name,
          existing,
        },
      )
}

export function leaseLost(trial: Row): TuneError {
  const state = decodeState(String(trial['state']))
  return new TuneError(
    'LEASE_LOST',
    `trial ${trial['number']} no longer belongs to this process: its lease expired and it is ${state} now`,
    { number: trial['number'], state },
  )
}

export function assertState(trial: Row, states: readonly FrozenTrial['state'][]): void {
  const state = decodeState(String(trial['state']))
  if (states.includes(state)) return
  throw new TuneError(
    'TRIAL_NOT_RUNNING',
    `trial ${trial['number']} is ${state}; only a ${states.join(' or ')} trial can be changed`,
    { number: trial['number'], state },
  )
}
