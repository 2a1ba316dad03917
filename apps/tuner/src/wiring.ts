import { existsSync } from 'node:fs'
import {
  createPruner,
  createSampler,
  createStudy,
  evaluateWith,
  isTuneError,
  loadStudy,
  type Notify,
  type Objective,
  type ParamValue,
  type Runner,
  type Study,
  type StudyStorage,
  type Trial,
  TuneError,
} from '@tune/core'
import {
  defaultParameters,
  openSimulator,
  parseParameters,
  type Simulator,
  suggestParameters,
  type ValueIteratorParameters,
} from '@tune/sim-local'
import { openStorage, parseStorageUrl, redactStorageUrl } from '@tune/storage'
import { mayPrune } from './commands/current-trial.ts'
import { narrowedSpace } from './config/parameter-ranges.ts'
import type { StudyConfig } from './config/study-config.ts'
import { asPipelineRuns } from './objective/as-pipeline-runs.ts'
import { identityOf } from './objective/identity.ts'
import { instancesOf, valueOf } from './objective/instances.ts'
import { onThisMachine } from './objective/on-this-machine.ts'

/** A study with all that its trials need. Dispose of it to close everything. */
export interface Tuning extends AsyncDisposable {
  readonly study: Study
  /** The parameters in use now. */
  readonly current: ValueIteratorParameters
  readonly simulator: Simulator
  /** Evaluates a trial: mean profit per driver-hour over a week, in yen. */
  readonly objective: Objective<Readonly<Record<string, ParamValue>>>
}

/**
 * Puts the parts together as a configuration says. Makes the study where it does not exist.
 *
 * @param onNotice hears what is no error and no result.
 * @throws TuneError STUDY_MISMATCH: the study measures something else
 */
export async function openTuning(config: StudyConfig, onNotice: Notify): Promise<Tuning> {
  const current = config.current === undefined ? defaultParameters : parseParameters(config.current)
  const space = narrowedSpace(config.ranges ?? {})
  const suggest = async (trial: Trial) => ({ ...(await suggestParameters(trial, space)) })
  const instances = instancesOf(config)
  const { name: samplerName, ...samplerOptions } = config.sampler
  const sampler = createSampler(samplerName, samplerOptions)
  const { name: prunerName, ...prunerOptions } = config.pruner
  const pruner = createPruner(prunerName, prunerOptions)
  const simulator = simulatorOf(config)
  let storage: StudyStorage | undefined
  let runner: Runner | undefined
  try {
    runner = config.runner === 'kfp' ? await asPipelineRuns(config) : onThisMachine(config, simulator)
    storage = await openStorage(config.storage)
    const study = await createStudy({
      name: config.study,
      storage,
      direction: config.direction,
      loadIfExists: true,
      sampler,
      pruner,
      retry: config.retry,
      objective: identityOf(config),
      onNotice,
      ...(config.seed !== undefined && { seed: config.seed }),
    })
    return {
      study,
      current,
      simulator,
      objective: evaluateWith({
        runner,
        study: config.study,
        metrics: { profit: { direction: config.direction, aggregate: valueOf } },
        instances: instances.map(({ name }) => name),
        atOnce: instances.length,
        retries: config.runner === 'kfp' ? config.kfp.dayRetries : 0,
        memory: JSON.stringify(identityOf(config)),
        params: suggest,
        mayPrune,
      }),
      [Symbol.asyncDispose]: () => disposeAll(study, runner, simulator, storage),
    }
  } catch (error) {
    await disposeAll(runner, simulator, storage)
    throw isTuneError(error, 'STUDY_MISMATCH') ? withWaysOn(error, config) : error
  }
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
  const address = parseStorageUrl(url)
  if (address.kind === 'sqlite' && address.path !== ':memory:' && !existsSync(address.path)) {
    throw new TuneError('STORAGE_UNAVAILABLE', `SQLite file ${address.path}: there is no such file`, {
      path: address.path,
    })
  }
  return openStorage(url)
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

/** The simulator that a configuration's trials run in. */
export function simulatorOf({ objective: { simulator } }: StudyConfig): Simulator {
  const { area, size, frame, guidedDrivers, workers } = simulator
  return openSimulator({
    area,
    size,
    frame,
    ...(guidedDrivers !== undefined && { guidedDrivers }),
    ...(workers !== undefined && { workers }),
  })
}

async function disposeAll(...resources: readonly (AsyncDisposable | undefined)[]): Promise<void> {
  for (const resource of resources) await resource?.[Symbol.asyncDispose]()
}
