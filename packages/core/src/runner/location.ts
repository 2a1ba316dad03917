import type { FrozenTrial } from '../trial/frozen-trial.ts'

/** The system attribute of what a trial's runs are bound to, such as one machine. */
export const LOCATION = 'tune:location'

/** Whether only a runner of another location can watch what was started for a trial. */
export function isElsewhere(
  { systemAttributes }: Pick<FrozenTrial, 'systemAttributes'>,
  location: string | undefined,
): boolean {
  return (systemAttributes[LOCATION] ?? location) !== location
}
