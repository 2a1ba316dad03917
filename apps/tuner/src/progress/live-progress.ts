import { type FrozenTrial, systemClock } from '@tune/core'
import { createLogUpdate } from 'log-update'
import { formatDuration } from '../text/format.ts'
import { bold, dim, green, red } from '../text/output.ts'
import { runLink } from '../text/run-link.ts'
import { bestLine, doneOf, failureOf, type Progress, type ProgressState, valuesText } from './progress.ts'

/** How often the display is drawn, in milliseconds. */
const DRAW_MS = 125
const BAR = 32
const LAST_TRIALS = 5

/** A display in place: a bar, the best so far, trials by state, rate, time left, the last trials. */
export function liveProgress(budget: number): Progress {
  const display = createLogUpdate(process.stdout)
  const begun = systemClock.now()
  const recent: FrozenTrial[] = []
  let state: ProgressState | undefined
  let doneBefore = 0
  let notice = ''
  const draw = () => {
    if (state !== undefined)
      display(render(state, budget, systemClock.now() - begun, doneBefore, recent, notice))
  }
  const timer = systemClock.every(DRAW_MS, draw)
  return {
    update: (next) => {
      if (state === undefined) doneBefore = doneOf(next.counts)
      state = next
      if (next.last !== undefined) recent.push(next.last)
      recent.splice(0, recent.length - LAST_TRIALS)
    },
    note: (text) => {
      notice = text
    },
    [Symbol.dispose]: () => {
      timer[Symbol.dispose]()
      draw()
      display.done()
    },
  }
}

function render(
  state: ProgressState,
  budget: number,
  elapsed: number,
  doneBefore: number,
  recent: readonly FrozenTrial[],
  notice: string,
): string {
  const { counts } = state
  const best = bestLine(state)
  const done = doneOf(counts)
  const filled = Math.min(Math.round((BAR * done) / budget), BAR)
  const bar = `${green('━'.repeat(filled))}${dim('━'.repeat(BAR - filled))}`
  const rate = (done - doneBefore) / elapsed
  const left =
    done >= budget ? 'done' : rate > 0 ? `${formatDuration((budget - done) / rate)} left` : 'estimating'
  const states = Object.entries(counts)
    .filter(([name, count]) => count > 0 && name !== 'complete')
    .map(([name, count]) => `${count} ${name}`)
  return [
    `${bar} ${bold(`${done}/${budget}`)}  ${left}`,
    ...(best === '' ? [] : [bold(best)]),
    dim(
      [
        `${counts.complete} complete`,
        ...states,
        `${(rate * 60_000).toFixed(0)} trials/min`,
        formatDuration(elapsed),
      ].join(' · '),
    ),
    ...recent.map((trial) => trialLine(trial, state)),
    ...(notice === '' ? [] : [notice]),
  ].join('\n')
}

function trialLine(trial: FrozenTrial, { best, study }: ProgressState): string {
  const shown = failureOf(trial) || valuesText(trial, study)
  const link = runLink(trial) ?? ''
  const line =
    `  trial ${String(trial.number).padStart(4)}  ${trial.state.padEnd(8)}  ${shown}  ${link}`.trimEnd()
  if (trial.state === 'failed') return red(line)
  return trial.number === best?.number ? green(`${line}  ◀ best`) : dim(line)
}
