import { TuneError } from '../errors/tune-error.ts'
import type { FrozenStudy, StudyStorage } from '../storage/study-storage.ts'
import type { Attributes } from '../trial/index.ts'

/** The system attribute that names the values of a study, in the order of its directions: Optuna's. */
const METRIC_NAMES = 'study:metric_names'

/** The attributes of a study whose values have these names. */
export function metricAttributes(names: readonly string[]): Attributes {
  return { [METRIC_NAMES]: names }
}

/** The names of a study's values, in the order of its directions; `undefined` where they have none. */
export function metricNamesOf({ systemAttributes, directions }: FrozenStudy): readonly string[] | undefined {
  const names = systemAttributes[METRIC_NAMES]
  const areNames = Array.isArray(names) && names.every((name) => typeof name === 'string')
  return areNames && names.length === directions.length ? names : undefined
}

/** Makes sure that a study's values have these names. @throws TuneError STUDY_MISMATCH */
export async function assertMetricNames(
  study: FrozenStudy,
  names: readonly string[],
  storage: StudyStorage,
): Promise<void> {
  const existing = metricNamesOf(study)
  if (existing === undefined) return storage.setStudyAttributes(study.id, 'system', metricAttributes(names))
  if (existing.join('\n') === names.join('\n')) return
  throw new TuneError(
    'STUDY_MISMATCH',
    `study '${study.name}' has the metrics ${existing.join(', ')}, not ${names.join(', ')}`,
    { name: study.name, existing, wanted: names },
  )
}
