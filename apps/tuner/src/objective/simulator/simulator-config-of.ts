import { ConfigError } from '../../config/config-error.ts'
import type { StudyConfig } from '../../config/study-config.ts'

export type SimulatorConfig = NonNullable<StudyConfig['objective']['simulator']>

/** What a file says of the simulator. @throws ConfigError: it tunes something else */
export function simulatorConfigOf({ objective }: StudyConfig): SimulatorConfig {
  if (objective.simulator !== undefined) return objective.simulator
  throw new ConfigError(
    'objective: this command is about the built-in simulator; the file tunes something else',
  )
}
