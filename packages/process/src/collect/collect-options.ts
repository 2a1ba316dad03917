import { extname } from 'node:path'
import { TuneError } from '@tune/core'
import { csvCollector } from './csv.ts'
import { jsonCollector } from './json.ts'
import { type Collector, STEP_KEYS } from './observation.ts'
import { patternCollector, textCollector } from './text.ts'

/** How metrics come back from a run. */
export interface CollectOptions {
  /** The file that they are written to, in the folder of the run unless it is absolute. Default: standard output. */
  readonly file?: string
  /**
   * What the file is: one JSON object, a JSON object on each line, rows with a line of names, or text as standard output
   * is. Default: by its name.
   */
  readonly format?: 'json' | 'jsonl' | 'csv' | 'text'
  /** A regular expression with a group named after each metric, and `step`; it is looked for in each line. */
  readonly pattern?: string
  /** The name of the step. Default: `step`, `global_step`, `epoch`, `iteration` or `iter`. */
  readonly step?: string
}

const FORMATS: Readonly<Record<string, CollectOptions['format']>> = {
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
}

/**
 * Makes what finds the metrics of a run.
 *
 * @param names the metrics.
 * @throws TuneError INVALID_ARGUMENT: a pattern that is none, or that has no group for a metric
 */
export function collectorFor(names: readonly string[], options: CollectOptions): () => Collector {
  const { file, pattern, step } = options
  const stepKeys = step === undefined ? STEP_KEYS : [step]
  if (pattern !== undefined) {
    const compiled = compiledPattern(pattern, names)
    return () => patternCollector(names, [...stepKeys, 'step'], compiled)
  }
  const format = options.format ?? (file === undefined ? 'text' : (FORMATS[extname(file)] ?? 'text'))
  switch (format) {
    case 'json':
    case 'jsonl':
      return () => jsonCollector(names, stepKeys, format === 'jsonl')
    case 'csv':
      return () => csvCollector(names, stepKeys)
    default:
      return () => textCollector(names, stepKeys)
  }
}

function compiledPattern(pattern: string, names: readonly string[]): RegExp {
  let compiled: RegExp
  try {
    // Python writes named groups with a P.
    compiled = new RegExp(pattern.replaceAll('(?P<', '(?<'))
  } catch (error) {
    throw new TuneError('INVALID_ARGUMENT', `pattern: ${(error as Error).message}`, { pattern }, error)
  }
  const groups = new RegExp(`${compiled.source}|`).exec('')
  const found = names.filter((name) => Object.hasOwn(groups?.groups ?? {}, name))
  const isOnly = names.length === 1 && (groups?.length ?? 0) === 2
  if (found.length > 0 || isOnly) return compiled
  throw new TuneError(
    'INVALID_ARGUMENT',
    `pattern: it must have a group for a metric, such as (?<${names[0]}>[\\d.]+), but is ${pattern}`,
    { pattern },
  )
}
