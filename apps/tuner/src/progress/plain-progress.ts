import type { FrozenTrial } from '@tune/core'
import type { Fields } from '../text/log.ts'
import { say } from '../text/output.ts'
import { runLink } from '../text/run-link.ts'
import { bestLine, doneOf, failureOf, type Progress, type ProgressState, valuesText } from './progress.ts'

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
      say(parts.filter((part) => part !== '').join('  '), recordOf(state, last, budget))
    },
    note: say,
    [Symbol.dispose]: () => {},
  }
}

/** The same for programs. */
function recordOf({ counts, best }: ProgressState, last: FrozenTrial, budget: number): Fields {
  const { number, state, values } = last
  const failure = failureOf(last)
  return {
    event: 'trial',
    trial: number,
    state,
    values,
    ...(failure !== '' && { failure }),
    run: runLink(last),
    done: doneOf(counts),
    budget,
    counts,
    ...(best !== undefined && { best: { trial: best.number, value: best.values?.[0] } }),
  }
}
