import { parse } from 'csv-parse/sync'
import { LineSplitter } from './line-splitter.ts'
import { type Collector, type Observation, observed } from './observation.ts'

/** A CSV file with a line of names: each row with a step is intermediate, else the last one counts. */
export function csvCollector(names: readonly string[], stepKeys: readonly string[]): Collector {
  const lines = new LineSplitter()
  let header: readonly string[] | undefined
  const inLine = (line: string): readonly Observation[] => {
    const cells = cellsOf(line)
    if (cells === undefined) return []
    if (header === undefined) {
      header = cells
      return []
    }
    const row = Object.fromEntries(header.map((name, column) => [name, cells[column]]))
    const observation = observed(row, names, stepKeys)
    return observation === undefined ? [] : [observation]
  }
  return { push: (piece) => lines.push(piece).flatMap(inLine), end: () => lines.end().flatMap(inLine) }
}

/** The cells of a row; `undefined` where there are none. */
function cellsOf(line: string): readonly string[] | undefined {
  try {
    const [cells] = parse(line, { bom: true, trim: true, relax_quotes: true, skip_empty_lines: true })
    return cells
  } catch {
    return undefined
  }
}
