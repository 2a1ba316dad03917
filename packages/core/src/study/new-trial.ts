import { TuneError } from '../errors/tune-error.ts'
import { categorical, contains, type Distribution, describeDistribution, float, int } from '../space/index.ts'
import type { NewTrial } from '../storage/study-storage.ts'
import { assertName, isFinished, jsonAttributes } from '../trial/index.ts'
import { assertStep } from '../trial/reports.ts'
import type { Direction } from './direction.ts'
import { outcomeOf } from './outcome.ts'

/** Asserts that a trial is one that a study could have made. @throws TuneError as `Study.add` does */
export function assertNewTrial(trial: NewTrial, directions: readonly Direction[]): void {
  const { state, values = null, params = new Map(), intermediateValues = new Map() } = trial
  if (state !== 'waiting' && !isFinished(state))
    throw new TuneError(
      'INVALID_VALUE',
      `state: a trial that is added must be waiting, complete, pruned or failed, but it is ${String(state)}`,
      { state },
    )
  if (state === 'complete' || (state === 'pruned' && values !== null))
    outcomeOf(values ?? [], directions, undefined)
  else if (values !== null)
    throw new TuneError(
      'INVALID_VALUE',
      `values: a ${state} trial has none, but there are ${values.length}`,
      {
        state,
        values,
      },
    )
  for (const [name, { distribution, internal }] of params) {
    assertName(name)
    assertDistribution(distribution)
    if (typeof internal !== 'number' || !contains(distribution, internal))
      throw new TuneError(
        'INVALID_PARAMS',
        `${name}: the internal value ${String(internal)} is not in ${describeDistribution(distribution)}`,
        { name, internal, distribution },
      )
  }
  for (const [step, value] of intermediateValues) {
    assertStep(step)
    if (typeof value !== 'number')
      throw new TuneError('INVALID_VALUE', `report at step ${step}: it must be a number`, { step, value })
  }
  jsonAttributes(trial.userAttributes ?? {})
  jsonAttributes(trial.systemAttributes ?? {})
}

/** @throws TuneError INVALID_DISTRIBUTION */
function assertDistribution(distribution: Distribution): void {
  if (distribution.kind === 'categorical') categorical(distribution.choices)
  else if (distribution.kind === 'int') int(distribution.low, distribution.high, distribution)
  else float(distribution.low, distribution.high, distribution)
}
