import { jsonObject } from './json.ts'
import { LineSplitter } from './line-splitter.ts'
import { type Collector, type Observation, observed } from './observation.ts'

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const NUMBER = '[+-]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|[nN]a[nN]\\b|[iI]nf(?:inity)?\\b)'

/**
 * Output as most programs write it: a JSON object on a line, or names with values, `auc=0.91 loss: 0.2`, between
 * whatever else. A step is found the same way, and as `Epoch 3`; the case of its name is of no matter.
 */
export function textCollector(names: readonly string[], stepKeys: readonly string[]): Collector {
  const oneOf = (words: readonly string[]) =>
    words
      .toSorted((a, b) => b.length - a.length)
      .map(escaped)
      .join('|')
  const metric = new RegExp(`(?<![\\w.-])(${oneOf(names)})["']?\\s*[=:]\\s*["']?(${NUMBER})`, 'g')
  const step = new RegExp(
    `(?<![\\w.-])(?:${oneOf(stepKeys)})(?:["']?\\s*[=:]\\s*["']?|\\s+#?)(\\d+)(?![\\d.])`,
    'i',
  )
  const pairsOf = (line: string) => {
    const fields: Record<string, unknown> = {}
    for (const [, name = '', value] of line.matchAll(metric)) {
      // The first one of a line counts.
      if (!Object.hasOwn(fields, name)) fields[name] = value
    }
    const [key = ''] = stepKeys
    return { [key]: step.exec(line)?.[1], ...fields }
  }
  return overLines(names, (line) => {
    const trimmed = line.trim()
    const json = trimmed.startsWith('{') && trimmed.endsWith('}') ? jsonObject(trimmed) : undefined
    return listed(observed(json ?? pairsOf(trimmed), names, stepKeys))
  })
}

/** Output in which a pattern finds metrics, by its named groups; with one metric also by its only group. */
export function patternCollector(
  names: readonly string[],
  stepKeys: readonly string[],
  pattern: RegExp,
): Collector {
  const [only] = names.length === 1 ? names : []
  const inLine = (line: string): readonly Observation[] => {
    const match = pattern.exec(line)
    if (match === null) return []
    const fields: Record<string, unknown> = { ...match.groups }
    if (only !== undefined && !Object.hasOwn(fields, only)) fields[only] = match[1]
    return listed(observed(fields, names, stepKeys))
  }
  return overLines(undefined, inLine)
}

function listed(observation: Observation | undefined): readonly Observation[] {
  return observation === undefined ? [] : [observation]
}

/** Looks at each line; where names are given, only at those with one of them. */
function overLines(
  names: readonly string[] | undefined,
  inLine: (line: string) => readonly Observation[],
): Collector {
  const lines = new LineSplitter()
  const look = (line: string) =>
    names === undefined || names.some((name) => line.includes(name)) ? inLine(line) : []
  return { push: (piece) => lines.push(piece).flatMap(look), end: () => lines.end().flatMap(look) }
}
