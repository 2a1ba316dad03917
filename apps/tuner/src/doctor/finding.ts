import type { Finding } from '@tune/storage'
import type { StudyConfig } from '../config/study-config.ts'

/** One thing that was looked at, and the part of a tuning that needs it. */
export interface Examined extends Finding {
  /** `storage`, `notify`, …; after `pod` what was seen there. */
  readonly part: string
}

/** A study's file as it is looked at. */
export interface Patient {
  readonly path: string
  readonly config: StudyConfig
  /** Whether runs may be started on the server. */
  readonly mayRun: boolean
}

/** Looks at one thing. @param work gives one line on how it is, or throws what is wrong with it */
export async function look(about: string, work: () => Promise<string> | string): Promise<Finding> {
  try {
    return { about, level: 'ok', text: await work() }
  } catch (error) {
    return { about, level: 'error', text: firstLine(error) }
  }
}

/** What is wrong, on one line. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
