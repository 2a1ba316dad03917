import { isDeepStrictEqual } from 'node:util'
import { paramValues } from '@tune/core'
import {
  defaultParameters,
  INPUTS,
  type Inputs,
  parseParameters,
  type Simulator,
  type ValueIteratorParameters,
  type Week,
  type WeekResult,
} from '@tune/sim-local'
import type { StudyConfig } from '../config/study-config.ts'
import { readParameters } from '../objective/simulator/read-parameters.ts'
import { simulatorConfigOf } from '../objective/simulator/simulator-config-of.ts'
import { simulatorOf } from '../objective/simulator/simulator-objective.ts'
import { meanOf, type PairedGain, pairedGain } from '../statistics/paired-gain.ts'
import { formatValue, table } from '../text/format.ts'
import { bold, dim, green, red, say } from '../text/output.ts'
import { openExisting } from '../wiring.ts'

/** How tuned and current parameters are compared. */
export interface CompareOptions {
  /** Days that tuning has not seen. */
  readonly week: Week
  /** How many replications each day's figure is the mean of. */
  readonly seeds: number
  /** A JSON file of parameters to compare with. Default: the current ones. */
  readonly against?: string
}

/** The replications of a comparison begin here, so that none of them was tuned on. */
const FIRST_SEED = 1001

/**
 * Compares a study's best parameters with the current ones on days that tuning has not seen, with predicted and with
 * statistical inputs.
 *
 * A pair is a day: both settings drive it with the same demand and the same seeds, and its figure is the mean over the
 * seeds. Days are what varies independently, so that the interval is over the seven of them.
 */
export async function compareStudy(config: StudyConfig, options: CompareOptions): Promise<void> {
  const { week, seeds, against } = options
  const simulated = simulatorConfigOf(config)
  const reference = against === undefined ? currentOf(config) : await readParameters(against)
  await using opened = await openExisting(config.study, config.storage)
  const best = await opened.study.bestTrial()
  const tuned = parseParameters(paramValues(best))
  await using simulator = simulatorOf(simulated)
  const { area, frame } = simulated
  const other = against === undefined ? 'the current parameters' : `the parameters of ${against}`
  say(
    `\n${bold(`Trial ${best.number} against ${other}`)} ${dim(`on the ${week} week, ${area} ${frame}; 7 days, each the mean of ${seeds} paired replications`)}`,
  )
  if (isDeepStrictEqual(tuned, reference)) say('They are the same parameters: nothing better was found.')
  const rows = [
    ['  inputs', against === undefined ? 'current' : 'against', 'tuned', 'gain', '95 % interval', ''],
  ]
  for (const inputs of INPUTS) {
    const drive = (parameters: ValueIteratorParameters) =>
      dailyProfits(simulator, parameters, inputs, options)
    const [before, after] = [await drive(reference), await drive(tuned)]
    const gain = pairedGain(after, before)
    rows.push([
      `  ${inputs}`,
      formatValue(meanOf(before)),
      formatValue(meanOf(after)),
      signed(gain.percent),
      `${signed(gain.interval[0])} to ${signed(gain.interval[1])}`,
      verdictText(gain),
    ])
  }
  say(table(rows))
  say(
    dim(
      '  A pair is a day, driven with both settings by the same drivers, passengers and chance. The interval is over the days.',
    ),
  )
}

function currentOf({ current }: StudyConfig): ValueIteratorParameters {
  return current === undefined ? defaultParameters : parseParameters(current)
}

/** Profit per driver-hour of each day, in yen, the mean over the seeds. */
async function dailyProfits(
  simulator: Simulator,
  parameters: ValueIteratorParameters,
  inputs: Inputs,
  { week, seeds }: CompareOptions,
): Promise<readonly number[]> {
  const weeks: WeekResult[] = []
  for (let i = 0; i < seeds; i++) {
    weeks.push(await simulator.simulateWeek(week, parameters, { inputs, seed: FIRST_SEED + i }))
  }
  return (weeks[0]?.days ?? []).map((_, day) =>
    meanOf(weeks.map(({ days }) => days[day]?.profitPerDriverHour as number)),
  )
}

function signed(percent: number): string {
  return `${percent >= 0 ? '+' : '−'}${Math.abs(percent).toFixed(2)} %`
}

function verdictText({ verdict }: PairedGain): string {
  return verdict === 'better' ? green(verdict) : verdict === 'worse' ? red(verdict) : verdict
}
