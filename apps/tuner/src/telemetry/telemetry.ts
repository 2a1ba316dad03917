import type { Runner, StudyStorage } from '@tune/core'
import { measuredRunner, measuredStorage } from '@tune/core'
import { warn } from '../text/output.ts'
import { type TelemetryConfig, telemetryConfig } from './telemetry-config.ts'

let isOn = false

/** Sends traces and metrics, where the environment says where to, until it is disposed of. */
export async function telemetry(environment = process.env): Promise<AsyncDisposable> {
  const config = configOf(environment)
  if (config === undefined) return { [Symbol.asyncDispose]: async () => {} }
  // Loaded only here, since it is large.
  const { startTelemetry } = await import('./start-telemetry.ts')
  isOn = true
  return startTelemetry(config, warn)
}

function configOf(environment: NodeJS.ProcessEnv): TelemetryConfig | undefined {
  try {
    return telemetryConfig(environment)
  } catch (error) {
    warn((error as Error).message)
    return undefined
  }
}

/** A storage that is measured, where somebody collects that. */
export function observedStorage(storage: StudyStorage): StudyStorage {
  return isOn ? measuredStorage(storage) : storage
}

/** A runner that is measured, where somebody collects that. */
export function observedRunner(runner: Runner): Runner {
  return isOn ? measuredRunner(runner) : runner
}
