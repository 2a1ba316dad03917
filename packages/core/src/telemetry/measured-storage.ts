import type { StudyStorage } from '../storage/study-storage.ts'
import { measured } from './measure.ts'
import { replacing } from './replacing.ts'

const OPERATIONS = [
  'createStudy',
  'readStudy',
  'listStudies',
  'deleteStudy',
  'setStudyAttributes',
  'createTrials',
  'startTrial',
  'extendTrial',
  'finishTrial',
  'releaseTrial',
  'renewLeases',
  'reapTrials',
  'adoptTrials',
  'readOwners',
  'readTrials',
] as const

/** A storage whose operations are measured as `tune.storage`, each by its name. */
export function measuredStorage(storage: StudyStorage): StudyStorage {
  const methods = OPERATIONS.map((operation) => {
    const perform = storage[operation].bind(storage) as (...args: readonly unknown[]) => Promise<unknown>
    return [
      operation,
      (...args: readonly unknown[]) =>
        measured('tune.storage', { 'tune.operation': operation }, () => perform(...args)),
    ] as const
  })
  return replacing(storage, Object.fromEntries(methods))
}
