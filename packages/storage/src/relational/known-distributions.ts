import { assertCompatible, type Distribution, type FrozenTrial, type TrialParam } from '@tune/core'
import { distributionFromJson } from '../optuna/distribution-json.ts'
import type { Connection } from './database.ts'

/** What is known of the parameters of one study. */
class Known {
  readonly distributions = new Map<string, Distribution>()
  /** Trials up to this one have been read, and are finished. */
  lastId = 0
}

/** The distributions that studies use for their parameters, as far as this process knows. */
export class KnownDistributions {
  readonly #byStudy = new Map<number, Known>()

  /** Forgets a study that is gone: another may get its id. */
  forget(studyId: number): void {
    this.#byStudy.delete(studyId)
  }

  /** Takes in what trials used. All trials up to `lastId` are known now, and finished. */
  learn(studyId: number, trials: readonly FrozenTrial[], lastId: number): void {
    const known = this.#of(studyId)
    known.lastId = lastId
    for (const { params } of trials) {
      for (const [name, { distribution }] of params) {
        if (!known.distributions.has(name)) known.distributions.set(name, distribution)
      }
    }
  }

  /** Whether nothing needs to be read to tell whether parameters are compatible. */
  knows(studyId: number, params: ReadonlyMap<string, TrialParam>): boolean {
    const known = this.#of(studyId)
    return [...params.keys()].every((name) => known.distributions.has(name))
  }

  /** @throws TuneError INCOMPATIBLE_DISTRIBUTION */
  async assertCompatible(
    connection: Connection,
    studyId: number,
    params: ReadonlyMap<string, TrialParam>,
  ): Promise<void> {
    const { distributions, lastId } = this.#of(studyId)
    const unknown = [...params.keys()].filter((name) => !distributions.has(name))
    const found = unknown.length === 0 ? undefined : await find(connection, studyId, lastId, unknown)
    for (const [name, { distribution }] of params) {
      const earlier = distributions.get(name) ?? found?.get(name)
      if (earlier !== undefined) assertCompatible(name, earlier, distribution)
    }
  }

  #of(studyId: number): Known {
    const known = this.#byStudy.get(studyId) ?? new Known()
    this.#byStudy.set(studyId, known)
    return known
  }
}

/** What newer trials use. It is not to be remembered: they may be those of a transaction that fails in the end. */
async function find(
  connection: Connection,
  studyId: number,
  lastId: number,
  names: readonly string[],
): Promise<ReadonlyMap<string, Distribution>> {
  const rows = await connection.query(
    `SELECT param_name AS name, distribution_json AS txt FROM trial_params WHERE param_id IN (
      SELECT MIN(p.param_id) FROM trials t JOIN trial_params p ON p.trial_id = t.trial_id
        WHERE t.study_id = ? AND t.trial_id > ? AND p.param_name IN (${names.map(() => '?').join(', ')})
        GROUP BY p.param_name)`,
    [studyId, lastId, ...names],
  )
  return new Map(rows.map(({ name, txt }) => [String(name), distributionFromJson(String(txt))]))
}
