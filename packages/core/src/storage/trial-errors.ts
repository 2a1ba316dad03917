import { TuneError } from '../errors/tune-error.ts'
import type { FrozenTrial } from '../trial/frozen-trial.ts'

/** What an error says of a trial. */
type Named = Pick<FrozenTrial, 'number' | 'state'>

/** The caller's token is not the trial's. */
export function leaseLost({ number, state }: Named): TuneError {
  return new TuneError(
    'LEASE_LOST',
    `trial ${number} no longer belongs to this process: its lease was lost and it is ${state} now`,
    { number, state },
  )
}

/** The caller has no token, and somebody who lives has one. */
export function leaseHeld({ number }: Named): TuneError {
  return new TuneError(
    'LEASE_HELD',
    `trial ${number} is run by a process that lives; tell it with the token of that process, or with force`,
    { number },
  )
}

export function notRunning({ number, state }: Named): TuneError {
  return new TuneError(
    'TRIAL_NOT_RUNNING',
    `trial ${number} is ${state}; only a running trial can be ended`,
    {
      number,
      state,
    },
  )
}
