import {
  createSampler,
  createStudy,
  type FrozenTrial,
  isTuneError,
  loadStudy,
  type ParamValue,
  type Study,
  type StudyStorage,
} from '@tune/core'
import { openStorage } from '@tune/storage'
import type { StudyConfig } from '../config/study-config.ts'
import { objectiveOf } from '../objective/objective.ts'
import { directionsOf } from '../wiring.ts'

// The times of a schedule are trials of a study of their own: the storage sees to it that two do not run at once, and
// what they found can be looked at as any study.

/** A time at which a schedule starts its tuner. */
export interface Tick {
  /** What the tuning before this one recommends, where it found anything. */
  readonly lastBest: Readonly<Record<string, ParamValue>> | undefined
  /** Keeps what this one found. */
  end(study: Study | undefined): Promise<void>
}

/** Whose tick it is. */
interface Caller {
  /** The run of the tuner. A further attempt is of the same run. */
  readonly run: string
  /** When it was due, as text; two of the same time are one. `undefined` where somebody asked for it now. */
  readonly due: string | undefined
}

/** The user attribute of a tick that was not to begin. */
const REFUSED = 'refused'

/** What the study of a schedule's times is called. */
function nameOf(schedule: string): string {
  return `${schedule} (schedule)`
}

/**
 * Begins a tick, unless another one of its schedule runs, or this one was run already.
 *
 * @returns why not, in words.
 */
export async function beginTick(
  config: StudyConfig,
  schedule: string,
  caller: Caller,
): Promise<(Tick & AsyncDisposable) | string> {
  const metrics = directionsOf(await objectiveOf(config))
  const storage = await openStorage(config.storage)
  const sampler = createSampler('random', {})
  const name = nameOf(schedule)
  const ticks = await createStudy({ name, storage, metrics, loadIfExists: true, sampler })
  const close = async () => {
    await ticks[Symbol.asyncDispose]()
    await storage[Symbol.asyncDispose]()
  }
  try {
    await ticks.reap()
    const trial = await ticks.ask()
    for (const [key, value] of Object.entries({ ...caller, study: config.study }))
      if (value !== undefined) await trial.setUserAttribute(key, value)
    const before = (await ticks.trials()).slice(0, trial.number)
    const refusal = refusalOf(before, caller)
    if (refusal !== undefined) {
      await trial.setUserAttribute(REFUSED, true)
      await ticks.tell(trial, { state: 'failed', reason: refusal })
      await close()
      return refusal
    }
    return {
      lastBest: await lastBestOf(storage, before),
      end: async (study) => {
        const best = await bestValues(study)
        await ticks.tell(trial, best ?? { state: 'failed', reason: 'it found nothing' })
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Why a tick may not begin after those before it. Of two at once, the one with the lower number does. */
function refusalOf(before: readonly FrozenTrial[], { run, due }: Caller): string | undefined {
  const others = before.filter(({ userAttributes }) => userAttributes['run'] !== run)
  if (others.some(({ state }) => state === 'running')) return 'another run of this schedule is not over yet'
  const isSame = ({ state, userAttributes }: FrozenTrial) =>
    state === 'complete' && userAttributes['due'] === due
  return due !== undefined && others.some(isSame) ? `the time ${due} was run already` : undefined
}

/** Whether a run was refused to begin, so that there is nothing to tell of it. */
export async function wasRefused(
  { storage: url }: StudyConfig,
  schedule: string,
  run: string,
): Promise<boolean> {
  await using storage = await openStorage(url)
  try {
    await using ticks = await loadStudy(nameOf(schedule), { storage })
    return (await ticks.trials()).some(
      ({ userAttributes }) => userAttributes['run'] === run && userAttributes[REFUSED] === true,
    )
  } catch (error) {
    if (isTuneError(error, 'STUDY_NOT_FOUND')) return false
    throw error
  }
}

async function bestValues(study: Study | undefined): Promise<readonly number[] | undefined> {
  const [best] = (await study?.bestTrials().catch(() => [])) ?? []
  return best?.values ?? undefined
}

/** What the last study recommends that found some. */
async function lastBestOf(storage: StudyStorage, before: readonly FrozenTrial[]): Promise<Tick['lastBest']> {
  const last = before.findLast(({ state }) => state === 'complete')?.userAttributes['study']
  if (typeof last !== 'string') return undefined
  try {
    await using study = await loadStudy(last, { storage })
    return study.directions.length > 1 ? undefined : (await study.recommend()).params
  } catch (error) {
    if (isTuneError(error, 'STUDY_NOT_FOUND', 'NO_COMPLETE_TRIAL')) return undefined
    throw error
  }
}
