import type { FrozenTrial } from '../trial/index.ts'
import type { FrozenStudy, NewTrial, StudyStorage, TrialCursor } from './study-storage.ts'

/** Where a study is copied to. */
export interface CopyTarget {
  readonly storage: StudyStorage
  /** The name of the copy. Default: that of the study. */
  readonly name?: string
  /** Called after each part with the number of trials that are copied so far. */
  readonly onProgress?: (trials: number) => void
  /** Called for what a trial has and the copy lacks, since it cannot be read: the trial's number, and what it is. */
  readonly onLeftOut?: (number: number, what: string) => void
}

/** How many trials are written in one transaction. */
const BATCH = 200
/** The system attribute in which a storage lists what it could not read of a trial. */
const UNREADABLE = 'tune:unreadable'

/**
 * Copies a study with all its trials, attributes and times into another storage, or under another name: as a study of
 * its own, whole or not at all. Trials that run are copied as failed: nobody runs the copy.
 *
 * @throws TuneError STUDY_NOT_FOUND; STUDY_EXISTS: the target has one of that name, and nothing is changed
 */
export async function copyStudy(
  storage: StudyStorage,
  name: string,
  target: CopyTarget,
): Promise<FrozenStudy> {
  const study = await storage.readStudy(name)
  const copy = await target.storage.createStudy({
    name: target.name ?? name,
    directions: study.directions,
    systemAttributes: study.systemAttributes,
  })
  try {
    await copyInto(copy, study, storage, target)
  } catch (error) {
    // A part of a copy would be taken for the whole, and keep the next try from its name.
    await target.storage.deleteStudy(copy.id)
    throw error
  }
  return target.storage.readStudy(copy.name)
}

async function copyInto(
  copy: FrozenStudy,
  study: FrozenStudy,
  storage: StudyStorage,
  { storage: target, onProgress, onLeftOut }: CopyTarget,
): Promise<void> {
  if (Object.keys(study.userAttributes).length > 0)
    await target.setStudyAttributes(copy.id, 'user', study.userAttributes)
  let copied = 0
  let cursor: TrialCursor | undefined
  for (let hasMore = true; hasMore; ) {
    const page = await storage.readTrials(study.id, cursor)
    ;({ cursor, hasMore } = page)
    // What has come already comes again when it changes; the copy is of the state in which it was first seen.
    const trials = page.trials.filter(({ number }) => number >= copied)
    for (let i = 0; i < trials.length; i += BATCH) {
      const batch = trials.slice(i, i + BATCH)
      copied += (await target.createTrials(copy.id, batch.map(toNewTrial))).length
      onProgress?.(copied)
      for (const { number, systemAttributes } of batch) {
        const unreadable = systemAttributes[UNREADABLE]
        if (Array.isArray(unreadable)) for (const what of unreadable) onLeftOut?.(number, String(what))
      }
    }
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
