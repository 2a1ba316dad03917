import { say } from '../text/output.ts'
import { runLink } from '../text/run-link.ts'
import { bestLine, doneOf, failureOf, type Progress, valuesText } from './progress.ts'

/** One line for each trial: for logs, and for programs that read them. */
export function plainProgress(budget: number): Progress {
  return {
    update: (state) => {
      const { last, counts, study } = state
      if (last === undefined) return
      const said = failureOf(last) || valuesText(last, study)
      const parts = [
        `trial ${last.number} ${last.state}${said === '' ? '' : ` ${said}`}`,
        `${doneOf(counts)}/${budget}`,
        bestLine(state),
        runLink(last) ?? '',
      ]
      say(parts.filter((part) => part !== '').join('  '))
    },
    note: (text) => say(text),
    [Symbol.dispose]: () => {},
  }
}
