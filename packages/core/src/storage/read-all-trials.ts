import type { FrozenTrial } from '../trial/index.ts'
import type { StudyId, StudyStorage, TrialCursor } from './study-storage.ts'

/** All trials of a study by number, page by page. @throws TuneError STUDY_NOT_FOUND */
export async function readAllTrials(
  storage: StudyStorage,
  studyId: StudyId,
): Promise<readonly FrozenTrial[]> {
  // A trial that changes while the pages are read comes twice: its later state counts.
  const trials: FrozenTrial[] = []
  let cursor: TrialCursor | undefined
  for (let hasMore = true; hasMore; ) {
    const page = await storage.readTrials(studyId, cursor)
    for (const trial of page.trials) trials[trial.number] = trial
    ;({ cursor, hasMore } = page)
  }
  return trials
}
