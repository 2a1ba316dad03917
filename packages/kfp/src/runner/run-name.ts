import { createHash } from 'node:crypto'
import type { RunRequest, StudyId } from '@tune/core'
import type { PipelineRun } from './kfp-runner-options.ts'

/** How much of a study's name is in those of its runs, in characters. */
const READABLE = 60

/**
 * The name of a run, the same whoever asks for the same: `churn-17-3fa9c20b71d4e65f08c2`, and of a second attempt
 * `churn-17-3fa9c20b719c01b2a63f-again-1`. The first half of its digits stands for the study, not only its name; the other for
 * what decides the values: the pipeline and its arguments.
 */
export function runName({ study, studyId, number, attempt }: RunRequest, run: PipelineRun): string {
  const readable = study.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, READABLE)
  const name = `${readable}-${number}-${digits(studyId)}${digits(JSON.stringify([studyId, number, sorted(run)]))}`
  return attempt === 0 ? name : `${name}-again-${attempt}`
}

/** A word that no other run has, of this study or of another one, and that is known before there is the run. */
export function runWord({ studyId, number, instances = [], attempt }: RunRequest): string {
  return `${number}-${digits(JSON.stringify([studyId, number, instances, attempt]))}`
}

/** Whose run a name is of: the number of the trial, where the study is this one. */
export function trialOfName(name: string, studyId: StudyId): number | undefined {
  const [, number, study] = /-(\d+)-([0-9a-f]{10})[0-9a-f]{10}(?:-again-\d+)?$/.exec(name) ?? []
  return study === digits(studyId) ? Number(number) : undefined
}

function digits(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}

/** With the keys of all objects in order, which say nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}
