import { assertCompatible, type Distribution, type FrozenTrial, type TrialParam } from '@tune/core'
import { distributionFromJson } from '../optuna/distribution-json.ts'
import type { Connection } from './database.ts'

/** The distributions that studies use for their parameters, as far as this process knows. */
export class KnownDistributions {
  readonly #byStudy = new Map<number, Map<string, Distribution>>()

  /** Forgets a study that is gone: another may get its id. */
  forget(studyId: number): void {
    this.#byStudy.delete(studyId)
  }

  #of(studyId: number): Map<string, Distribution> {
    const known = this.#byStudy.get(studyId) ?? new Map<string, Distribution>()
    this.#byStudy.set(studyId, known)
    return known
  }

  /** Takes in what trials used. */
  learn(studyId: number, trials: readonly FrozenTrial[]): void {
    const known = this.#of(studyId)
    for (const { params } of trials) {
      for (const [name, { distribution }] of params) if (!known.has(name)) known.set(name, distribution)
    }
  }

  /** @throws TuneError INCOMPATIBLE_DISTRIBUTION */
  async assertCompatible(
    connection: Connection,
    studyId: number,
    params: ReadonlyMap<string, TrialParam>,
  ): Promise<void> {
    const known = this.#of(studyId)
    for (const [name, { distribution }] of params) {
      let earlier = known.get(name)
      if (earlier === undefined) {
        const rows = await connection.query(
          `SELECT p.distribution_json FROM trial_params p JOIN trials t ON t.trial_id = p.trial_id
            WHERE t.study_id = ? AND p.param_name = ? ORDER BY p.param_id LIMIT 1`,
          [studyId, name],
        )
        const [row] = rows
        if (row !== undefined) earlier = distributionFromJson(String(row['distribution_json']))
      }
      if (earlier === undefined) continue
      known.set(name, earlier)
      assertCompatible(name, earlier, distribution)
    }
  }
}
