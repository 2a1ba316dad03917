import type { FrozenTrial } from '../trial/index.ts'
import type { FrozenStudy, NewTrial, StudyStorage, TrialCursor } from './study-storage.ts'

/** Where a study is copied to. */
export interface CopyTarget {
  readonly storage: StudyStorage
  /** The name of the copy. Default: that of the study. */
  readonly name?: string
  /** Called after each part with the number of trials that are copied so far. */
  readonly onProgress?: (trials: number) => void
}

/** How many trials are written in one transaction. */
const BATCH = 200

/**
 * Copies a study with all its trials, attributes and times into another storage, or under another name. Trials that
 * run are copied as failed: nobody runs the copy.
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
  if (Object.keys(study.userAttributes).length > 0)
    await target.storage.setStudyAttributes(copy.id, 'user', study.userAttributes)
  let copied = 0
  let cursor: TrialCursor | undefined
  for (let hasMore = true; hasMore; ) {
    const page = await storage.readTrials(study.id, cursor)
    ;({ cursor, hasMore } = page)
    // What has come already comes again when it changes; the copy is of the state in which it was first seen.
    const trials = page.trials.filter(({ number }) => number >= copied).map(toNewTrial)
    for (let i = 0; i < trials.length; i += BATCH) {
      copied += (await target.storage.createTrials(copy.id, trials.slice(i, i + BATCH))).length
      target.onProgress?.(copied)
    }
  }
  return target.storage.readStudy(copy.name)
}

function toNewTrial({ id: _, number: __, state, ...trial }: FrozenTrial): NewTrial {
  return { ...trial, state: state === 'running' ? 'failed' : state }
}
