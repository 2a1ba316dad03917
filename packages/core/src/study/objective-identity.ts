import { describeJson } from '../errors/describe.ts'
import { TuneError } from '../errors/tune-error.ts'
import { readAllTrials } from '../storage/read-all-trials.ts'
import type { FrozenStudy, StudyStorage } from '../storage/study-storage.ts'
import { type JsonValue, jsonValue } from '../trial/index.ts'
import type { Notify } from './notice.ts'
import { Secret } from './secret.ts'
import type { ObjectiveIdentity } from './study-options.ts'

/** The system attribute that says what a study measures; null where the next one is to be taken. */
const OBJECTIVE = 'tune:objective'
/** Those that it measured before: each with when, and after how many trials, another one was accepted. */
const EARLIER = 'tune:earlier-objectives'

/** The attributes of a study that measures this. @throws TuneError INVALID_VALUE: it is no JSON */
export function objectiveAttributes(
  objective: ObjectiveIdentity,
  study: Pick<FrozenStudy, 'id'>,
): Readonly<Record<string, JsonValue>> {
  return {
    [OBJECTIVE]: jsonValue(
      copyOf(objective, (secret) => secret.hash(study.id)),
      'objective',
    ),
  }
}

/** What a study measures, as far as it is known. */
export function objectiveOf({ systemAttributes }: FrozenStudy): JsonValue {
  return systemAttributes[OBJECTIVE] ?? null
}

/**
 * Makes sure that a study measures this. A study that does not say what it measures takes it, and says so.
 *
 * @throws TuneError STUDY_MISMATCH, which names what differs
 */
export async function assertObjective(
  study: FrozenStudy,
  objective: ObjectiveIdentity,
  storage: StudyStorage,
  notify: Notify,
): Promise<void> {
  const wanted = objectiveAttributes(objective, study)
  if (objectiveOf(study) === null) {
    // Of two processes that come with different ones, one is refused.
    const isAccepted = Object.hasOwn(study.systemAttributes, OBJECTIVE)
    await storage.setStudyAttributes(study.id, 'system', wanted, { keepExisting: !isAccepted })
    const earlier = isAccepted ? 'another objective was accepted' : 'it did not say what it measures'
    notify({
      code: 'OBJECTIVE_TAKEN',
      message: `study '${study.name}': ${earlier}; from now on it is ${describeJson(wanted[OBJECTIVE])}`,
    })
    study = await storage.readStudy(study.name)
  }
  const differences = differencesOf(objectiveOf(study), wanted[OBJECTIVE] ?? null)
  if (differences.length === 0) return
  throw new TuneError(
    'STUDY_MISMATCH',
    `study '${study.name}' measures something else: ${differences.join(', ')}; use another study name, or accept the new objective`,
    { name: study.name, differences },
  )
}

/**
 * Lets a study take another objective: the next one that somebody comes with. What it measured before is recorded, with
 * the number of its trials: their values are not comparable with those that follow.
 *
 * @throws TuneError STUDY_NOT_FOUND
 */
export async function acceptNextObjective(name: string, storage: StudyStorage, now: number): Promise<void> {
  const study = await storage.readStudy(name)
  const earlier = study.systemAttributes[EARLIER]
  const entry = {
    objective: objectiveOf(study),
    trials: (await readAllTrials(storage, study.id)).length,
    until: new Date(now).toISOString(),
  }
  await storage.setStudyAttributes(study.id, 'system', {
    [OBJECTIVE]: null,
    [EARLIER]: [...(Array.isArray(earlier) ? (earlier as JsonValue[]) : []), entry],
  })
}

/** An objective as it is now, with its secrets. @throws TuneError INVALID_VALUE: it is no JSON */
export function copyObjective(objective: ObjectiveIdentity): ObjectiveIdentity {
  jsonValue(objective, 'objective')
  return copyOf(objective, (secret) => secret) as ObjectiveIdentity
}

function copyOf(value: unknown, ofSecret: (secret: Secret) => unknown): unknown {
  if (value instanceof Secret) return ofSecret(value)
  if (Array.isArray(value)) return value.map((item) => copyOf(item, ofSecret))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item, ofSecret)]))
}

/** `version: was "v1", is "v2"`: the deepest keys that differ. */
function differencesOf(before: JsonValue, now: JsonValue, path = ''): readonly string[] {
  if (isMapping(before) && isMapping(now)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(now)])
    return [...keys].flatMap((key) =>
      differencesOf(own(before, key), own(now, key), path === '' ? key : `${path}.${key}`),
    )
  }
  if (describeJson(before) === describeJson(now)) return []
  return [`${path === '' ? 'objective' : path}: was ${shown(before)}, is ${shown(now)}`]
}

type Mapping = Readonly<Record<string, JsonValue>>

function isMapping(value: JsonValue): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(mapping: Mapping, key: string): JsonValue {
  return (Object.hasOwn(mapping, key) ? mapping[key] : undefined) ?? null
}

function shown(value: JsonValue): string {
  return value === null ? 'none' : describeJson(value)
}
