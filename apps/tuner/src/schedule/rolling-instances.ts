import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Document, isMap } from 'yaml'
import { ConfigError } from '../config/config-error.ts'
import { localDate } from './cron.ts'
import type { ScheduleConfig } from './schedule-config.ts'

/** Puts instances into a study's file, in the place of those that it has. */
export function setInstances(document: Document, names: readonly string[]): void {
  document.setIn(isMap(document.get('instances')) ? ['instances', 'names'] : ['instances'], names)
}

/**
 * The instances of a schedule at a moment: the oldest first.
 *
 * @param folder where a command is run.
 * @throws ConfigError: the command failed, or printed nothing
 */
export async function rollingInstances(
  { instances, zone }: ScheduleConfig,
  at: number,
  folder: string,
): Promise<readonly string[] | undefined> {
  if (instances === undefined) return undefined
  if ('last' in instances)
    return Array.from({ length: instances.last }, (_, i) => localDate(at, zone, instances.last - i))
  const [program = '', ...args] = instances.command
  const env = { ...process.env, TUNE_DATE: localDate(at, zone) }
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env }).catch(
    (cause: unknown) => {
      const { code } = cause as { readonly code?: unknown }
      throw new ConfigError(`schedule.instances.command: it failed (${String(code)})`, { cause })
    },
  )
  const names = stdout.split('\n').flatMap((line) => line.trim() || [])
  if (names.length === 0) throw new ConfigError('schedule.instances.command: it printed no names')
  return names
}
