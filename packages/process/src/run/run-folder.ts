import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { RunRequest, StudyId } from '@tune/core'

/** The files of a run that the runner keeps, beside those that the run makes itself. */
export const FILES = {
  params: 'params.json',
  stdout: 'stdout.log',
  stderr: 'stderr.log',
  /** Made by whoever runs the command: its process, as the system describes it. Of several, one can make it. */
  process: '.process',
  /** The exit code, and a line break. */
  exit: '.exit',
  /** There where somebody stopped the run. */
  stopped: '.stopped',
} as const

/** The folder of a trial, the same whoever asks: `churn-d0e5c6a24b/17`. */
export function trialFolder(
  root: string,
  { study, studyId, number }: { readonly study: string; readonly studyId: StudyId; readonly number: number },
): string {
  return join(root, `${readable(study)}-${hash(studyId)}`, String(number))
}

/** The folder of a run: that of its trial, or one in it; of a later attempt, one beside it: `17`, `17/fold-1`, `17-again-1`. */
export function runFolder(root: string, request: RunRequest): string {
  const { instances: [instance] = [], attempt } = request
  const trial = trialFolder(root, request)
  const first = instance === undefined ? trial : join(trial, distinct(instance))
  return attempt === 0 ? first : `${first}-again-${attempt}`
}

/** A name that every file system takes. */
function readable(name: string): string {
  return (
    name
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^\.+/, '')
      .slice(0, 60) || 'study'
  )
}

/** The same, and another one for every other name, on file systems too that do not tell A from a. */
function distinct(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,59}$/.test(name) && !name.includes('-again-')) return name
  return `${readable(name)}-${hash(name)}`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}
