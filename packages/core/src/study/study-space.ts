import { TuneError } from '../errors/tune-error.ts'
import { sameDistribution } from '../space/compatible.ts'
import { contains, type Distribution, describeDistribution, type SearchSpace } from '../space/index.ts'
import type { FrozenStudy, StudyStorage } from '../storage/study-storage.ts'
import type { JsonValue } from '../trial/index.ts'
import type { Notify } from './notice.ts'

/** The system attribute that keeps the space which a study was given. */
const SPACE = 'tune:space'

/** The attributes of a study with this space. */
export function spaceAttributes(space: SearchSpace): Readonly<Record<string, JsonValue>> {
  return { [SPACE]: structuredClone(space) as unknown as JsonValue }
}

/**
 * Makes sure that a study can go on with this space: ranges may widen, and choices be appended. What was known of it
 * stays, and others are told.
 *
 * @throws TuneError STUDY_MISMATCH: a parameter is new or gone, or its distribution is another one
 */
export async function assertSpace(
  study: FrozenStudy,
  space: SearchSpace,
  storage: StudyStorage,
  notify: Notify,
): Promise<void> {
  const before = study.systemAttributes[SPACE] as unknown as SearchSpace | undefined
  if (before === undefined) {
    await storage.setStudyAttributes(study.id, 'system', spaceAttributes(space), { keepExisting: true })
    return
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(space)])]
  const wider: string[] = []
  for (const name of names) {
    const [earlier, now] = [own(before, name), own(space, name)]
    if (earlier !== undefined && now !== undefined && sameDistribution(earlier, now)) continue
    if (earlier === undefined || now === undefined || !isWider(earlier, now))
      throw mismatch(study.name, name, earlier, now)
    wider.push(`${name} from ${describeDistribution(earlier)} to ${describeDistribution(now)}`)
  }
  if (wider.length === 0) return
  await storage.setStudyAttributes(study.id, 'system', spaceAttributes(space))
  notify({
    code: 'SPACE_WIDENED',
    message: `study '${study.name}' goes on with a wider space: ${wider.join(', ')}`,
  })
}

function own(space: SearchSpace, name: string): Distribution | undefined {
  return Object.hasOwn(space, name) ? space[name] : undefined
}

/** Whether a distribution holds all that the earlier one did, each value in its place. */
function isWider(earlier: Distribution, now: Distribution): boolean {
  if (earlier.kind === 'categorical' || now.kind === 'categorical') {
    if (earlier.kind !== 'categorical' || now.kind !== 'categorical') return false
    const { length } = earlier.choices
    return sameDistribution(earlier, { ...now, choices: now.choices.slice(0, length) })
  }
  const isAlike = earlier.kind === now.kind && earlier.log === now.log
  const isFiner = now.step === null || (earlier.step !== null && isMultiple(earlier.step / now.step))
  return isAlike && isFiner && contains(now, earlier.low) && contains(now, earlier.high)
}

function isMultiple(ratio: number): boolean {
  return ratio >= 1 && Math.abs(ratio - Math.round(ratio)) < 1e-8
}

function mismatch(
  study: string,
  name: string,
  earlier: Distribution | undefined,
  now: Distribution | undefined,
): TuneError {
  const shown = (distribution: Distribution | undefined) =>
    distribution === undefined ? 'not there' : describeDistribution(distribution)
  return new TuneError(
    'STUDY_MISMATCH',
    `study '${study}' has another space: ${name} was ${shown(earlier)}, is ${shown(now)}; ranges may widen and choices be appended, else use another study name`,
    { name: study, parameter: name, earlier, now },
  )
}
