import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StudyId } from '@tune/core'
import { FILES, trialFolder } from './run/run-folder.ts'

/** Where the output of one run of a trial is. */
export interface RunLog {
  /** Which run, for people: nothing for the trial itself, else `fold-1` or `again-1`. */
  readonly name: string
  readonly folder: string
  readonly stdout: string
  readonly stderr: string
}

/** The runs of a trial whose output is kept, in the order of their names. */
export function runLogs(
  root: string,
  trial: { readonly study: string; readonly studyId: StudyId; readonly number: number },
): readonly RunLog[] {
  const first = trialFolder(root, trial)
  const again = entries(join(first, '..')).filter((name) => name.startsWith(`${trial.number}-again-`))
  const folders = [
    { name: '', folder: first },
    ...entries(first).map((name) => ({ name, folder: join(first, name) })),
    ...again.map((name) => ({
      name: name.slice(`${trial.number}-`.length),
      folder: join(first, '..', name),
    })),
  ]
  return folders.flatMap(({ name, folder }) =>
    entries(folder).includes(FILES.stdout)
      ? [{ name, folder, stdout: join(folder, FILES.stdout), stderr: join(folder, FILES.stderr) }]
      : [],
  )
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
