import { LineSplitter } from './line-splitter.ts'
import { type Collector, type Observation, observed } from './observation.ts'

/** A bare NaN or infinity, which Python's JSON has. */
const BARE = /(?<=[:,[]\s*)(-?(?:NaN|Infinity))(?=\s*[,}\]])/g

/** A JSON object of a text; `undefined` where it is none. Takes the numbers that JSON lacks, as Python writes them. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const parsed = parse(text) ?? parse(text.replaceAll(BARE, '"$1"'))
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? (parsed as Record<string, unknown>)
    : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A file that is one JSON object, or a JSON object on each line. */
export function jsonCollector(
  names: readonly string[],
  stepKeys: readonly string[],
  hasLines: boolean,
): Collector {
  const of = (text: string): readonly Observation[] => {
    const fields = jsonObject(text.trim())
    const observation = fields && observed(fields, names, stepKeys)
    return observation === undefined ? [] : [observation]
  }
  if (hasLines) {
    const lines = new LineSplitter()
    return {
      push: (piece) => lines.push(piece).flatMap(of),
      end: () => lines.end().flatMap(of),
    }
  }
  let text = ''
  return {
    push: (piece) => {
      if (text.length < LONGEST_FILE) text += piece
      return []
    },
    end: () => of(text),
  }
}

/** How much of a JSON file is read, in characters. */
const LONGEST_FILE = 10_000_000
