import { formatGain, formatValue } from '../text/format.ts'
import { say } from '../text/output.ts'
import { bestLine, doneOf, type Progress } from './progress.ts'

/** One line for each trial: for logs, and for programs that read them. */
export function plainProgress(budget: number): Progress {
  return {
    update: (state) => {
      const { last, counts } = state
      if (last === undefined) return
      const value = last.values?.[0]
      const shown = value === undefined ? '' : ` ${formatValue(value)}`
      say(
        `trial ${last.number} ${last.state}${shown}  ${doneOf(counts)}/${budget}  ${bestLine(state, formatValue, formatGain)}`,
      )
    },
    note: (text) => say(text),
    [Symbol.dispose]: () => {},
  }
}
