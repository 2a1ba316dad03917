import { formatValue } from './format.ts'

/** Eighths of a character cell, from below. */
const EIGHTHS = ' ▁▂▃▄▅▆▇█'

/** A series as columns of blocks, its smallest and largest value at the side. Longer series are sampled. */
export function chart(series: readonly number[], width = 60, height = 6): string {
  const columns = Math.min(series.length, width)
  const at = (column: number) =>
    series[columns === 1 ? 0 : Math.round((column * (series.length - 1)) / (columns - 1))] as number
  const [low, high] = [Math.min(...series), Math.max(...series)]
  const levels = Array.from({ length: columns }, (_, column) =>
    high === low ? 1 : 1 + Math.round(((at(column) - low) / (high - low)) * (height * 8 - 1)),
  )
  const labels = [formatValue(high), formatValue(low)]
  const margin = Math.max(...labels.map(({ length }) => length))
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 8
    const label = row === 0 ? labels[0] : row === height - 1 ? labels[1] : ''
    const blocks = levels.map((level) => EIGHTHS[Math.min(Math.max(level - below, 0), 8)]).join('')
    return `  ${(label as string).padStart(margin)} ${row === 0 || row === height - 1 ? '┤' : '│'}${blocks}`.trimEnd()
  }).join('\n')
}
