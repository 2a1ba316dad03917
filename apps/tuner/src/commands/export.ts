import { writeFile } from 'node:fs/promises'
import { type FrozenTrial, paramValues } from '@tune/core'
import { ConfigError } from '../config/config-error.ts'
import { write } from '../text/output.ts'
import { runLink } from '../text/run-link.ts'
import { openExisting } from '../wiring.ts'

export const FORMATS = ['csv', 'json'] as const

export type Format = (typeof FORMATS)[number]

/** Writes all trials of a study, to a file or to standard output. */
export async function exportStudy(
  name: string,
  url: string,
  format: Format,
  output: string | undefined,
): Promise<void> {
  await using opened = await openExisting(name, url)
  const trials = await opened.study.trials()
  const text = format === 'csv' ? toCsv(trials, opened.study.directions.length) : toJson(trials)
  if (output === undefined) write(text)
  else {
    await writeFile(output, text).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      throw new ConfigError(`${output}: the file cannot be written (${code})`, { cause: error })
    })
  }
}

function timeText(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString()
}

/** One row a trial; a column for each value and each parameter that any trial has, and for links to runs if there are any. */
export function toCsv(trials: readonly FrozenTrial[], directions: number): string {
  const names = [...new Set(trials.flatMap(({ params }) => [...params.keys()]))]
  const hasRuns = trials.some((trial) => runLink(trial) !== undefined)
  const valueNames = directions === 1 ? ['value'] : Array.from({ length: directions }, (_, i) => `value_${i}`)
  const header = [
    'number',
    'state',
    ...valueNames,
    'started',
    'completed',
    ...names.map((name) => `param_${name}`),
    ...(hasRuns ? ['run'] : []),
  ]
  const rows = trials.map((trial) => {
    const params = paramValues(trial)
    return [
      trial.number,
      trial.state,
      ...valueNames.map((_, i) => trial.values?.[i] ?? ''),
      timeText(trial.startedAt),
      timeText(trial.completedAt),
      ...names.map((name) => params[name] ?? ''),
      ...(hasRuns ? [runLink(trial) ?? ''] : []),
    ]
  })
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('')
}

/** RFC 4180: a cell with a comma, a quote or a line break is quoted, quotes in it doubled. */
function csvCell(value: unknown): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function toJson(trials: readonly FrozenTrial[]): string {
  const plain = trials.map((trial) => ({
    number: trial.number,
    state: trial.state,
    values: trial.values,
    params: paramValues(trial),
    intermediateValues: Object.fromEntries(trial.intermediateValues),
    userAttributes: trial.userAttributes,
    started: timeText(trial.startedAt) || null,
    completed: timeText(trial.completedAt) || null,
    ...(runLink(trial) !== undefined && { run: runLink(trial) }),
  }))
  return `${JSON.stringify(plain, asJson, 2)}\n`
}

/** JSON has no infinities and no integers of any size: they are written as text. */
function asJson(_: string, value: unknown): unknown {
  const isLacking = typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
  return isLacking ? String(value) : value
}
