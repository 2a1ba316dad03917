import { randomUUID } from 'node:crypto'
import type { FrozenTrial, NewTrial } from '@tune/core'
import { forgetDone, rememberDone, rowDoneBy } from './operations.ts'
import { readTrialRows, TRIAL_COLUMNS } from './trial-reader.ts'
import type { TrialRows } from './trial-rows.ts'

/**
 * Adds whole trials; see `StudyStorage.createTrials`. While the study's lock is held nobody else adds any, so that the
 * last one and their number tell which they are.
 */
export async function createTrials(
  rows: TrialRows,
  studyId: number,
  trials: readonly NewTrial[],
): Promise<readonly FrozenTrial[]> {
  if (trials.length === 0) return []
  const token = randomUUID()
  const created = await rows.database.transaction(async (connection, again) => {
    await rows.lockStudy(connection, studyId)
    let last = again ? await rowDoneBy(connection, token) : undefined
    if (last === undefined) {
      for (const trial of trials) last = await rows.add(connection, studyId, trial)
      await rememberDone(rows.database, connection, token, last as number)
    }
    const added = await connection.query(
      `SELECT ${TRIAL_COLUMNS} FROM trials WHERE study_id = ? AND trial_id <= ? ORDER BY trial_id DESC LIMIT ${trials.length}`,
      [studyId, last as number],
    )
    return readTrialRows(connection, added)
  })
  await forgetDone(rows.database, token)
  return created
}
