import {
  assertCompatible,
  type Distribution,
  type FrozenTrial,
  isCompatible,
  type StudyId,
  type TrialParam,
} from '@tune/core'
import { distributionFromJson } from '../optuna/distribution-json.ts'
import { inParts, query, type Steps } from './database.ts'
import type { StudyRows } from './study-row.ts'

type Params = ReadonlyMap<string, TrialParam>

/** What is known of the parameters of one study. */
class Known {
  readonly distributions = new Map<string, Distribution>()
  /** Trials up to this one have been read, and are finished. */
  lastId = 0
}

/** The distributions that studies use for their parameters, as far as this process knows. */
export class KnownDistributions {
  readonly #studies: StudyRows
  readonly #byStudy = new Map<StudyId, Known>()

  constructor(studies: StudyRows) {
    this.#studies = studies
  }

  /** Takes in what trials used. All trials up to `lastId` are known now, and finished. */
  learn(studyId: StudyId, trials: readonly FrozenTrial[], lastId: number): void {
    const known = this.#of(studyId)
    known.lastId = lastId
    for (const { params } of trials) {
      for (const [name, { distribution }] of params) {
        if (!known.distributions.has(name)) known.distributions.set(name, distribution)
      }
    }
  }

  /** Whether it is known, without reading anything, that parameters are compatible. */
  allows(studyId: StudyId, params: Params): boolean {
    const { distributions } = this.#of(studyId)
    for (const [name, { distribution }] of params) {
      const earlier = distributions.get(name)
      if (earlier === undefined || !isCompatible(earlier, distribution)) return false
    }
    return true
  }

  /**
   * Asserts that parameters can be written, trial after trial.
   *
   * @throws TuneError INCOMPATIBLE_DISTRIBUTION
   */
  *assertCompatible(studyId: StudyId, trials: readonly Params[]): Steps<void> {
    const { distributions, lastId } = this.#of(studyId)
    const names = new Set(trials.flatMap((params) => [...params.keys()]))
    const unknown = [...names].filter((name) => !distributions.has(name))
    const found = new Map<string, Distribution>()
    for (const part of inParts(unknown)) yield* find(yield* this.#studies.find(studyId), lastId, part, found)
    for (const params of trials) {
      for (const [name, { distribution }] of params) {
        const earlier = distributions.get(name) ?? found.get(name)
        if (earlier === undefined) found.set(name, distribution)
        else assertCompatible(name, earlier, distribution)
      }
    }
  }

  #of(studyId: StudyId): Known {
    const known = this.#byStudy.get(studyId) ?? new Known()
    this.#byStudy.set(studyId, known)
    return known
  }
}

/** What newer trials use. It is not to be remembered: they may be those of a transaction that fails in the end. */
function* find(
  row: number,
  lastId: number,
  names: readonly string[],
  found: Map<string, Distribution>,
): Steps<void> {
  const rows = yield* query(
    `SELECT param_name AS name, distribution_json AS txt FROM trial_params WHERE param_id IN (
      SELECT MIN(p.param_id) FROM trials t JOIN trial_params p ON p.trial_id = t.trial_id
        WHERE t.study_id = ? AND t.trial_id > ? AND p.param_name IN (${names.map(() => '?').join(', ')})
        GROUP BY p.param_name)`,
    [row, lastId, ...names],
  )
  for (const { name, txt } of rows) found.set(String(name), distributionFromJson(String(txt)))
}
