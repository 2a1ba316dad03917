import type { ParamValue } from '@tune/core'

/** A value with as many digits as a person reads. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return Math.abs(value) >= 1000 ? value.toFixed(1) : Number(value.toPrecision(5)).toString()
}

export function formatParam(value: ParamValue | undefined): string {
  if (value === undefined) return '–'
  return typeof value === 'number' ? formatValue(value) : String(value)
}

/** A difference in percent, with its sign. */
export function formatGain(value: number, reference: number): string {
  return formatPercent((100 * (value - reference)) / Math.abs(reference))
}

/** Percents, with their sign. */
export function formatPercent(percent: number): string {
  return `${percent >= 0 ? '+' : '−'}${Math.abs(percent).toFixed(2)} %`
}

/** A time in the largest two units that matter. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Rows in columns, each as wide as its widest cell; numbers are to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  const isNumber = (cell: string) => /^[−+-]?[\d.]+( %)?$/.test(cell)
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] as number
          return isNumber(cell) ? cell.padStart(width) : cell.padEnd(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
