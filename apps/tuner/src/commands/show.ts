import { type FrozenTrial, paramValues, type Study } from '@tune/core'
import type { ValueIteratorParameters } from '@tune/sim-local'
import { formatGain, formatParam, formatValue, table } from '../text/format.ts'
import { bold, dim, say } from '../text/output.ts'
import { openExisting } from '../wiring.ts'

const LAST_TRIALS = 10

/** Shows what a study has found. */
export async function showStudy(name: string, url: string): Promise<void> {
  await using opened = await openExisting(name, url)
  const { study } = opened
  const counts = Object.entries(await study.counts()).filter(([, count]) => count > 0)
  say(
    `${bold(study.name)}  ${counts.map(([state, count]) => `${count} ${state}`).join(' · ') || 'no trials'}`,
  )
  if ((await study.counts()).complete === 0) return
  const trials = await study.trials()
  const current = trials.find(({ userAttributes }) => userAttributes['current'] === true)
  await showBest(study, current === undefined ? undefined : paramValues(current))
  showImprovements(trials, study.directions[0] === 'maximize')
  showLast(trials)
}

/** The best trial: its value, and its parameters beside the current ones. */
export async function showBest(
  study: Study,
  current: Partial<ValueIteratorParameters> | Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  const { complete } = await study.counts()
  if (complete === 0) return
  const best = await study.bestTrial()
  say(`\n${bold(`Best value ${formatValue(best.values?.[0] as number)}`)} ${dim(`(trial ${best.number})`)}`)
  const now = (current ?? {}) as Record<string, number | string>
  const rows = Object.entries(paramValues(best)).map(([param, value]) => [
    `  ${param}`,
    formatParam(value),
    formatParam(now[param]),
  ])
  say(table([['  parameter', 'best', 'current'], ...rows]))
}

/** Every trial that was the best when it finished. */
function showImprovements(trials: readonly FrozenTrial[], maximize: boolean): void {
  const rows: string[][] = []
  let best: number | undefined
  let first: number | undefined
  for (const { number, state, values } of trials) {
    const value = values?.[0]
    if (state !== 'complete' || value === undefined) continue
    if (best !== undefined && (maximize ? value <= best : value >= best)) continue
    best = value
    first ??= value
    rows.push([`  ${number}`, formatValue(value), formatGain(value, first)])
  }
  say(`\n${bold('History')}\n${table([['  trial', 'best so far', 'over the first'], ...rows])}`)
}

function showLast(trials: readonly FrozenTrial[]): void {
  const rows = trials.slice(-LAST_TRIALS).map(({ number, state, values, systemAttributes }) => {
    const failure = systemAttributes['tune:failure']
    return [
      `  ${number}`,
      state,
      values?.[0] === undefined ? '–' : formatValue(values[0]),
      typeof failure === 'string' ? failure : '',
    ]
  })
  say(`\n${bold('Last trials')}\n${table(rows)}`)
}
