import type { TrialAdditions, TrialOutcome } from '../storage/study-storage.ts'
import type { FrozenTrial, JsonValue } from '../trial/index.ts'
import { isRefusal } from '../trial/trial-writer.ts'
import type { Active, ActiveTrialsOptions } from './active-trials.ts'
import { FAILURE, retryOf } from './retry.ts'

/** The system attribute that lists what a trial was to keep and the storage refused. */
const REFUSED = 'tune:refused'
/** How many of them it names. */
const MOST_REFUSED = 20

/**
 * Ends a trial, whatever the storage refuses of it: that is taken out, and the rest is kept. Where a parameter is refused
 * the trial fails, since nobody could tell what its value belongs to.
 *
 * @param why system attributes that say why it ended so.
 */
export async function endTrial(
  { trial, lease }: Active,
  outcome: Pick<TrialOutcome, 'state' | 'values'>,
  why: Readonly<Record<string, JsonValue>>,
  { storage, clock, retry, notify }: Pick<ActiveTrialsOptions, 'storage' | 'clock' | 'retry' | 'notify'>,
): Promise<FrozenTrial> {
  const end = async ({ state, values }: typeof outcome, rest: TrialAdditions) => {
    const frozen = trial.freeze(state, values, clock.now())
    const finished = { ...frozen, systemAttributes: { ...frozen.systemAttributes, ...rest.systemAttributes } }
    const requeue = state === 'failed' ? retryOf(finished, retry.failed ?? 0) : undefined
    await storage.finishTrial(lease, { ...rest, state, values, requeue })
    return finished
  }
  const rest = await trial.rest()
  if (trial.refused.length === 0) {
    try {
      return await end(outcome, { ...rest, systemAttributes: { ...rest.systemAttributes, ...why } })
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
  }
  await trial.writeEach(rest)
  const { number, refused } = trial
  for (const { what, error } of refused)
    notify({
      code: 'WRITE_REFUSED',
      message: `trial ${number} is kept without its ${what}: ${error.message}`,
    })
  const lost = refused.find(({ isParam }) => isParam)
  return end(lost === undefined ? outcome : { state: 'failed', values: null }, {
    systemAttributes: {
      ...why,
      ...(lost !== undefined && { [FAILURE]: `the storage refused ${lost.what}` }),
      [REFUSED]: refused.slice(0, MOST_REFUSED).map(({ what, error }) => `${what}: ${error.message}`),
    },
  })
}
