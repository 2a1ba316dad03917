import type { TrialAdditions } from '@tune/core'
import { assertState } from './errors.ts'
import { additionRows, insertRowsIn } from './rows.ts'
import type { TrialRows } from './trial-rows.ts'

/**
 * Writes what a trial has gained; see `StudyStorage.extendTrial`.
 *
 * One kind of addition, such as a report, is one statement, which looks itself whether the trial runs.
 *
 * @param studyId the trial's study, where the caller knows it.
 */
export async function extendTrial(
  trials: TrialRows,
  trialId: number,
  additions: TrialAdditions,
  studyId: number | undefined,
): Promise<void> {
  const { database, distributions } = trials
  const [kind, ...more] = additionRows(additions)
  const { params = new Map(), intermediateValues = new Map() } = additions
  const needsRunning = params.size > 0 || intermediateValues.size > 0
  const isKnown = params.size === 0 || (studyId !== undefined && distributions.knows(studyId, params))
  if (kind !== undefined && more.length === 0 && isKnown && database.tellsNamesApart) {
    const states = needsRunning ? ['RUNNING'] : ['RUNNING', 'WAITING']
    const { rows } = await database.statements(async (connection) => {
      if (studyId !== undefined) await distributions.assertCompatible(connection, studyId, params)
      return insertRowsIn(connection, database.dialect, kind, trialId, states)
    })
    if (rows > 0) return
  }
  await database.transaction(async (connection) => {
    const row = await trials.lockTrial(connection, trialId)
    assertState(row, needsRunning ? ['running'] : ['running', 'waiting'])
    await trials.extend(connection, row['study_id'] as number, trialId, additions)
  })
}
