import type { Lease, TrialAdditions } from '@tune/core'
import { fitOneStatement, insertRowsOfHeld } from './rows.ts'
import type { TrialRows } from './trial-rows.ts'

/**
 * Writes what a trial has gained; see `StudyStorage.extendTrial`.
 *
 * One kind of addition, such as some reports, is one statement, which looks itself whether the trial is the caller's.
 */
export async function extendTrial(
  trials: TrialRows,
  { studyId, trialId, token }: Lease,
  additions: TrialAdditions,
): Promise<void> {
  const { database, distributions } = trials
  const kinds = trials.rowsOf(additions)
  const [kind, ...more] = kinds
  const params = new Map(additions.params)
  const isOne = kind !== undefined && more.length === 0 && fitOneStatement(kind)
  if (isOne && distributions.allows(studyId, params) && database.tellsNamesApart) {
    const written = await database.statements(() => insertRowsOfHeld(database.dialect, kind, trialId, token))
    if (written > 0) return
  }
  await database.transaction(function* () {
    // Of two clients that bring a parameter in at once, the second one must see how the first one did.
    if (!distributions.allows(studyId, params)) yield* trials.studies.lock(studyId)
    yield* trials.lockHeld(studyId, trialId, token)
    yield* trials.extend(studyId, trialId, params, kinds)
  })
}
