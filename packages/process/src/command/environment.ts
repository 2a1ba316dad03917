import type { RunRequest } from '@tune/core'
import { textOf } from './words.ts'

/** The name under which a run finds a parameter in its environment. */
export function variableOf(param: string): string {
  return `TUNE_PARAM_${param.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')}`
}

/** What a run finds in its environment: the parameters together and one by one, and what it is for. */
export function environmentOf(
  { params, instances, study, number, slot }: RunRequest,
  dir: string,
): Readonly<Record<string, string>> {
  const [instance] = instances ?? []
  return {
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [variableOf(name), textOf(value)])),
    TUNE_PARAMS: JSON.stringify(params),
    TUNE_STUDY: study,
    TUNE_TRIAL: String(number),
    TUNE_SLOT: String(slot),
    TUNE_DIR: dir,
    ...(instance !== undefined && { TUNE_INSTANCE: instance }),
  }
}
