import { TuneError } from '@tune/core'

export function studyNotFound(studyId: string): TuneError {
  return new TuneError('STUDY_NOT_FOUND', `the study ${studyId} does not exist, or was deleted`, { studyId })
}

export function trialNotFound(trialId: number): TuneError {
  return new TuneError('TRIAL_NOT_FOUND', `no trial with id ${trialId}`, { trialId })
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

export function storageClosed(where: string): TuneError {
  return new TuneError('STORAGE_CLOSED', `${where}: it was closed by this process`, { where })
}
