import { randomUUID } from 'node:crypto'
import { isTuneError, TuneError } from '../errors/tune-error.ts'
import { freshSeed } from '../random/entropy.ts'
import type { ParamsOf, ParamValue, SearchSpace } from '../space/index.ts'
import { InMemoryStorage } from '../storage/in-memory/in-memory-storage.ts'
import type { FrozenStudy, StudyStorage } from '../storage/study-storage.ts'
import type { Direction } from './direction.ts'
import { assertMetricNames, metricAttributes } from './metric-names.ts'
import { warn } from './notice.ts'
import { assertObjective, copyObjective, objectiveAttributes } from './objective-identity.ts'
import { Study } from './study.ts'
import type { CreateStudyOptions, ObjectiveIdentity, StudyOptions } from './study-options.ts'
import { assertSpace, spaceAttributes } from './study-space.ts'

/** The system attribute that holds a study's seed. */
const SEED = 'tune:seed'

/** The parameters of a study whose objective suggests them one by one. */
type AnyParams = Readonly<Record<string, ParamValue>>

/**
 * Creates a study, or opens the one of that name with `loadIfExists`.
 *
 * @throws TuneError STUDY_EXISTS; STUDY_MISMATCH: the study that exists has other directions, or another objective;
 * INVALID_NAME; INVALID_ARGUMENT
 */
export function createStudy<S extends SearchSpace>(
  options: CreateStudyOptions<S> & { readonly space: S },
): Promise<Study<ParamsOf<S>>>
export function createStudy(options?: CreateStudyOptions): Promise<Study<AnyParams>>
export async function createStudy(options: CreateStudyOptions = {}): Promise<Study<AnyParams>> {
  const { name = `study-${randomUUID()}`, loadIfExists = false, space, metrics } = options
  const directions = directionsOf(options)
  const storage = options.storage ?? new InMemoryStorage()
  const objective = options.objective && copyObjective(options.objective)
  const seed = options.seed ?? freshSeed()
  assertSeed(seed)
  let frozen: FrozenStudy
  try {
    frozen = await storage.createStudy({
      name,
      directions,
      systemAttributes: {
        [SEED]: seed,
        ...(metrics && metricAttributes(Object.keys(metrics))),
        ...(space && spaceAttributes(space)),
      },
    })
    if (objective !== undefined) {
      // Secrets are hashed with the identity that the study has now.
      const attributes = objectiveAttributes(objective, frozen)
      await storage.setStudyAttributes(frozen.id, 'system', attributes, { keepExisting: true })
      frozen = await storage.readStudy(name)
    }
  } catch (error) {
    if (!loadIfExists || !isTuneError(error, 'STUDY_EXISTS')) throw error
    frozen = await storage.readStudy(name)
    assertSameDirections(frozen, directions)
    if (metrics !== undefined) await assertMetricNames(frozen, Object.keys(metrics), storage)
  }
  return openStudy(frozen, { ...options, storage }, objective)
}

/** Opens a study that exists. @throws TuneError STUDY_NOT_FOUND, STUDY_MISMATCH, INVALID_ARGUMENT */
export function loadStudy<S extends SearchSpace>(
  name: string,
  options: StudyOptions<S> & { readonly storage: StudyStorage; readonly space: S },
): Promise<Study<ParamsOf<S>>>
export function loadStudy(
  name: string,
  options: StudyOptions & { readonly storage: StudyStorage },
): Promise<Study<AnyParams>>
export async function loadStudy(
  name: string,
  options: StudyOptions & { readonly storage: StudyStorage },
): Promise<Study<AnyParams>> {
  const objective = options.objective && copyObjective(options.objective)
  return openStudy(await options.storage.readStudy(name), options, objective)
}

/** Removes a study with all its trials. @throws TuneError STUDY_NOT_FOUND */
export async function deleteStudy(name: string, storage: StudyStorage): Promise<void> {
  await storage.deleteStudy((await storage.readStudy(name)).id)
}

async function openStudy(
  frozen: FrozenStudy,
  options: StudyOptions & { readonly storage: StudyStorage },
  objective: ObjectiveIdentity | undefined,
): Promise<Study<AnyParams>> {
  const remembered = frozen.systemAttributes[SEED]
  const seed = options.seed ?? (typeof remembered === 'number' ? remembered : freshSeed())
  assertSeed(seed)
  if (objective !== undefined)
    await assertObjective(frozen, objective, options.storage, options.onNotice ?? warn)
  if (options.space !== undefined)
    await assertSpace(frozen, options.space, options.storage, options.onNotice ?? warn)
  if (seed !== remembered) await options.storage.setStudyAttributes(frozen.id, 'system', { [SEED]: seed })
  return new Study(frozen, { ...options, seed })
}

/** @throws TuneError INVALID_ARGUMENT */
function directionsOf({ direction, metrics }: CreateStudyOptions): readonly Direction[] {
  if (direction !== undefined && metrics !== undefined) {
    throw new TuneError('INVALID_ARGUMENT', 'direction: it must be left out where metrics have directions', {
      direction,
      metrics,
    })
  }
  const directions = metrics === undefined ? (direction ?? 'minimize') : Object.values(metrics)
  const listed = typeof directions === 'string' ? [directions] : directions
  assertDirections(listed)
  return listed
}

function assertDirections(directions: readonly Direction[]): void {
  if (
    directions.length > 0 &&
    directions.every((direction) => direction === 'minimize' || direction === 'maximize')
  ) {
    return
  }
  throw new TuneError(
    'INVALID_ARGUMENT',
    `direction: it must be 'minimize' or 'maximize', or a list of these, but is ${JSON.stringify(directions)}`,
    { directions },
  )
}

function assertSameDirections(study: FrozenStudy, directions: readonly Direction[]): void {
  if (study.directions.join() === directions.join()) return
  throw new TuneError(
    'STUDY_MISMATCH',
    `study '${study.name}' exists with direction ${study.directions.join(', ')}, not ${directions.join(', ')}`,
    { name: study.name, existing: study.directions, wanted: directions },
  )
}

function assertSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return
  throw new TuneError('INVALID_ARGUMENT', `seed: it must be an integer from 0 to 2^53 - 1, but is ${seed}`, {
    seed,
  })
}
