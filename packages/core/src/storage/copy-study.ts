import { isTuneError } from '../errors/tune-error.ts'
import type { FrozenTrial } from '../trial/index.ts'
import { readAllTrials } from './read-all-trials.ts'
import type { FrozenStudy, NewStudy, NewTrial, StudyStorage } from './study-storage.ts'

/** Where a study is copied to. */
export interface CopyTarget {
  readonly storage: StudyStorage
  /** The name of the copy. Default: that of the study. */
  readonly name?: string
  /** Called for what a trial has and the copy lacks, since it cannot be read: the trial's number, and what it is. */
  readonly onLeftOut?: (number: number, what: string) => void
}

/** The system attribute in which a storage lists what it could not read of a trial. */
const UNREADABLE = 'tune:unreadable'
/** The system attribute of a copy that has no trials yet: whoever made it may have died. */
const COPYING = 'tune:copying'

/**
 * Copies a study with all its trials, attributes and times into another storage, or under another name: as a study of
 * its own, its trials in one transaction. Trials that run are copied as failed: nobody runs the copy.
 *
 * @throws TuneError STUDY_NOT_FOUND; STUDY_EXISTS: the target has one of that name, and nothing is changed
 */
export async function copyStudy(
  storage: StudyStorage,
  name: string,
  { storage: target, name: copyName = name, onLeftOut }: CopyTarget,
): Promise<FrozenStudy> {
  const study = await storage.readStudy(name)
  const trials = await readAllTrials(storage, study.id)
  const systemAttributes = { ...study.systemAttributes, [COPYING]: study.id }
  const copy = await createCopy(target, { name: copyName, directions: study.directions, systemAttributes })
  try {
    if (Object.keys(study.userAttributes).length > 0)
      await target.setStudyAttributes(copy.id, 'user', study.userAttributes)
    await target.createTrials(copy.id, trials.map(toNewTrial))
    await target.setStudyAttributes(copy.id, 'system', { [COPYING]: null })
  } catch (error) {
    // A part of a copy would be taken for the whole, and keep the next try from its name.
    await target.deleteStudy(copy.id)
    throw error
  }
  for (const { number, systemAttributes: attributes } of trials) {
    const unreadable = attributes[UNREADABLE]
    if (Array.isArray(unreadable)) for (const what of unreadable) onLeftOut?.(number, String(what))
  }
  return target.readStudy(copyName)
}

/** Creates the copy's study, in the place of one that somebody began and never filled. */
async function createCopy(target: StudyStorage, study: NewStudy): Promise<FrozenStudy> {
  try {
    return await target.createStudy(study)
  } catch (error) {
    if (!isTuneError(error, 'STUDY_EXISTS')) throw error
    const existing = await target.readStudy(study.name)
    const isBegun = (existing.systemAttributes[COPYING] ?? null) !== null
    if (!isBegun || (await readAllTrials(target, existing.id)).length > 0) throw error
    await target.deleteStudy(existing.id)
    return target.createStudy(study)
  }
}

function toNewTrial(trial: FrozenTrial): NewTrial {
  const { state, values, params, intermediateValues, userAttributes, systemAttributes } = trial
  return {
    state: state === 'running' ? 'failed' : state,
    values,
    params,
    intermediateValues,
    userAttributes,
    systemAttributes,
    startedAt: trial.startedAt,
    completedAt: trial.completedAt,
  }
}
