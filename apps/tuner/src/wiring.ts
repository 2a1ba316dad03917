import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createPruner,
  createSampler,
  createStudy,
  type EvaluateOptions,
  endLeftovers,
  evaluateWith,
  isTuneError,
  type JsonValue,
  loadStudy,
  type Notify,
  type Objective,
  type ParamValue,
  type Runner,
  registerSampler,
  type Sampler,
  type Study,
  type StudyStorage,
  objectiveOf as storedObjective,
  TuneError,
} from '@tune/core'
import { openStorage, parseStorageUrl, redactStorageUrl } from '@tune/storage'
import { mayPrune } from './commands/current-trial.ts'
import { ConfigError } from './config/config-error.ts'
import type { StudyConfig } from './config/study-config.ts'
import { objectiveOf, type TunedObjective } from './objective/objective.ts'
import { observedRunner, observedStorage } from './telemetry/telemetry.ts'

/** A study with all that its trials need. Dispose of it to close everything. */
export interface Tuning extends AsyncDisposable {
  readonly study: Study
  readonly objective: TunedObjective
  readonly runner: Runner
  /** Evaluates a trial. */
  readonly evaluate: Objective<Readonly<Record<string, ParamValue>>>
}

/**
 * Puts the parts together as a configuration says. Makes the study where it does not exist.
 *
 * @param onNotice hears what is no error and no result.
 * @throws TuneError STUDY_MISMATCH: the study measures something else; ConfigError: what the file names is not there
 */
export async function openTuning(config: StudyConfig, onNotice: Notify): Promise<Tuning> {
  const objective = await objectiveOf(config, await measuredSoFar(config))
  objective.check()
  const { name: prunerName, ...prunerOptions } = config.pruner
  const pruner = createPruner(prunerName, prunerOptions)
  const sampler = await samplerOf(config)
  let storage: StudyStorage | undefined
  let runner: Runner | undefined
  let study: Study | undefined
  try {
    // A cluster that cannot be reached leaves no study behind.
    if (objective.isRemote) runner = observedRunner(await objective.open())
    storage = observedStorage(await openStorage(config.storage))
    study = await createStudy({
      name: config.study,
      storage,
      metrics: directionsOf(objective),
      loadIfExists: true,
      sampler,
      pruner,
      retry: config.retry,
      objective: objective.identity,
      onNotice,
      ...(objective.space && { space: objective.space }),
      ...(config.seed !== undefined && { seed: config.seed }),
    })
    runner ??= observedRunner(await objective.open())
    await endLeftovers(study, runner)
    return {
      study,
      objective,
      runner,
      evaluate: evaluateWith(evaluation(config, objective, runner)),
      [Symbol.asyncDispose]: () => disposeAll(study, runner, storage),
    }
  } catch (error) {
    await disposeAll(study, runner, storage)
    throw isTuneError(error, 'STUDY_MISMATCH') ? withWaysOn(error, config) : error
  }
}

/** What the study of a file measures, where there is one. */
async function measuredSoFar({ study, storage: url }: StudyConfig): Promise<JsonValue> {
  if (missingFile(url) !== undefined) return null
  await using storage = await openStorage(url)
  try {
    return storedObjective(await storage.readStudy(study))
  } catch (error) {
    if (isTuneError(error, 'STUDY_NOT_FOUND')) return null
    throw error
  }
}

/** How an objective's trials are evaluated. */
export function evaluation(
  config: StudyConfig,
  { metrics, constraints, instances, atOnce, retries, memory, params }: TunedObjective,
  runner: Runner,
): EvaluateOptions<Readonly<Record<string, ParamValue>>> {
  return {
    runner,
    study: config.study,
    metrics,
    constraints,
    atOnce,
    retries,
    params,
    mayPrune,
    ...(instances !== undefined && { instances }),
    ...(config.memory && memory !== undefined && { memory }),
    ...(config.timeLimit !== undefined && { timeLimit: config.timeLimit }),
  }
}

/** Whether larger or smaller values of each metric are better. */
export function directionsOf({ metrics }: TunedObjective): Readonly<Record<string, 'maximize' | 'minimize'>> {
  return Object.fromEntries(Object.entries(metrics).map(([name, { direction }]) => [name, direction]))
}

/** The sampler that a file names. @throws ConfigError: its module cannot be used */
export async function samplerOf({ sampler, folderOfFile }: StudyConfig): Promise<Sampler> {
  if (!('module' in sampler)) {
    const { name, ...options } = sampler
    return createSampler(name, options)
  }
  const { name, module, ...options } = sampler
  try {
    await registerSampler(name, pathToFileURL(resolve(folderOfFile, String(module))))
  } catch (error) {
    throw new ConfigError(`sampler.module: '${String(module)}' cannot be used: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return createSampler(name, options)
}

/** Says which command accepts another objective. */
function withWaysOn(error: TuneError, { study, storage }: StudyConfig): TuneError {
  const accept = `, or accept it: tuner study objective ${study} --storage ${redactStorageUrl(storage)} --accept`
  const message = error.message.replace(', or accept the new objective', accept)
  return new TuneError(error.code, message, error.details, error)
}

/**
 * Opens a storage to look at what it holds; makes no file where there is none.
 *
 * @throws TuneError STORAGE_UNAVAILABLE, and as {@link openStorage} does
 */
export async function openExistingStorage(url: string): Promise<StudyStorage> {
  const path = missingFile(url)
  if (path !== undefined)
    throw new TuneError('STORAGE_UNAVAILABLE', `SQLite file ${path}: there is no such file`, { path })
  return openStorage(url)
}

/** The file of a storage that is not there yet. @throws TuneError STORAGE_URL */
export function missingFile(url: string): string | undefined {
  const address = parseStorageUrl(url)
  if (address.kind !== 'sqlite' || address.path === ':memory:' || existsSync(address.path)) return undefined
  return address.path
}

/** Opens a study that exists, to look at it. @throws TuneError STUDY_NOT_FOUND, which says what the storage holds */
export async function openExisting(
  name: string,
  url: string,
): Promise<{ readonly study: Study } & AsyncDisposable> {
  const storage = await openExistingStorage(url)
  try {
    const study = await loadStudy(name, { storage })
    return { study, [Symbol.asyncDispose]: () => disposeAll(study, storage) }
  } catch (error) {
    const thrown = isTuneError(error, 'STUDY_NOT_FOUND') ? await notFound(name, url, storage, error) : error
    await disposeAll(storage)
    throw thrown
  }
}

/** How many studies an error names. */
const NAMED_STUDIES = 8

async function notFound(
  name: string,
  url: string,
  storage: StudyStorage,
  cause: unknown,
): Promise<TuneError> {
  const known = (await storage.listStudies()).map((study) => study.name)
  const more = known.length > NAMED_STUDIES ? ', …' : ''
  const held = known.length === 0 ? 'no studies' : `${known.slice(0, NAMED_STUDIES).join(', ')}${more}`
  const message = `no study '${name}' in ${redactStorageUrl(url)}, which holds ${held}`
  return new TuneError('STUDY_NOT_FOUND', message, { name }, cause)
}

async function disposeAll(...resources: readonly (AsyncDisposable | undefined)[]): Promise<void> {
  for (const resource of resources) await resource?.[Symbol.asyncDispose]()
}
