import { isDeepStrictEqual } from 'node:util'
import {
  daysOf,
  defaultParameters,
  INPUTS,
  type Inputs,
  parseParameters,
  type Simulator,
  type ValueIteratorParameters,
} from '@tune/sim-local'
import { createLogUpdate } from 'log-update'
import { type Candidate, type Compared, compareInTurn } from '../comparison/compare-in-turn.ts'
import { sentenceOf } from '../comparison/verdicts.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { readParameters } from '../objective/simulator/read-parameters.ts'
import { simulatorConfigOf } from '../objective/simulator/simulator-config-of.ts'
import { simulatorOf } from '../objective/simulator/simulator-objective.ts'
import { confidenceSequence } from '../statistics/confidence-sequence.ts'
import { meanOf, type PairedGain } from '../statistics/paired-gain.ts'
import { formatPercent, formatValue, table } from '../text/format.ts'
import { bold, dim, green, red, say } from '../text/output.ts'
import { openExisting } from '../wiring.ts'

/** How parameters are compared with the current ones. */
export interface CompareOptions {
  /** Days that tuning has not seen: see `daysOf`. */
  readonly days: string
  /** How many replications each day's figure is the mean of. */
  readonly seeds: number
  /** JSON files of further parameters to compare. */
  readonly candidate: readonly string[]
}

/** How likely it may be that any of the intervals is ever wrong. */
const ALPHA = 0.05
/** The replications of a comparison begin here, so that none of them was tuned on. */
const FIRST_SEED = 1001

/**
 * Compares a study's recommended parameters, and those of files, with the current ones on days that tuning has not seen,
 * with predicted and with statistical inputs. Ends as soon as every answer is clear.
 *
 * A pair is a day: both settings drive it with the same demand and the same seeds, and its figure is the mean over the
 * seeds. Days are what varies independently, so that the intervals are over them. They hold all together: each is at the
 * level of all divided by their number.
 */
export async function compareStudy(config: StudyConfig, options: CompareOptions): Promise<void> {
  const instances = daysOf(options.days)
  const simulated = simulatorConfigOf(config)
  const reference = config.current === undefined ? defaultParameters : parseParameters(config.current)
  const candidates = await candidatesOf(config, options, reference)
  const { area, frame } = simulated
  say(
    `\n${bold('Against the current parameters')} ${dim(`on up to ${instances.length} days (${options.days}), ${area} ${frame}, each the mean of ${options.seeds} paired replications`)}`,
  )
  await using simulator = simulatorOf(simulated)
  const sequence = confidenceSequence(ALPHA / (candidates.length * INPUTS.length), instances.length)
  const rows: (readonly string[])[] = [
    ['  inputs', 'parameters', 'current', 'they', 'days', 'gain', '95 % interval', ''],
  ]
  const sentences: string[] = []
  for (const inputs of INPUTS) {
    using progress = progressOf(inputs, instances.length)
    const compared = await compareInTurn({
      reference,
      candidates,
      instances,
      sequence,
      measure: (parameters, days) => dailyProfits(simulator, parameters, inputs, days, options.seeds),
      onLook: progress.show,
    })
    rows.push(...compared.map((each) => rowOf(inputs, each)))
    sentences.push(...compared.map((each) => sentenceOf(inputs, each)))
  }
  say(table(rows))
  say(`\n${sentences.join('\n')}`)
  say(
    dim(
      'A pair is a day, driven with both settings by the same drivers, passengers and chance. The intervals are over days; they hold all together, however often one looks.',
    ),
  )
}

/** What is compared with the current parameters. */
async function candidatesOf(
  { study, storage }: StudyConfig,
  { candidate }: CompareOptions,
  current: ValueIteratorParameters,
): Promise<readonly Candidate<ValueIteratorParameters>[]> {
  await using opened = await openExisting(study, storage)
  const { trial, params } = await opened.study.recommend()
  const parameters = parseParameters(params)
  if (isDeepStrictEqual(parameters, current))
    say('The recommended parameters are the current ones: nothing better was found.')
  const files: Candidate<ValueIteratorParameters>[] = []
  for (const file of candidate) files.push({ name: file, parameters: await readParameters(file) })
  return [{ name: `trial ${trial.number}`, parameters }, ...files]
}

/** At a terminal, how far it is. */
function progressOf(inputs: Inputs, days: number): Disposable & { readonly show: (count: number) => void } {
  const display = process.stdout.isTTY ? createLogUpdate(process.stdout) : undefined
  const show = (count: number) => display?.(dim(`  ${inputs} inputs: ${count} of ${days} days`))
  show(0)
  return { show, [Symbol.dispose]: () => display?.clear() }
}

/** Profit per driver-hour of each day, in yen, the mean over the seeds. */
async function dailyProfits(
  simulator: Simulator,
  parameters: ValueIteratorParameters,
  inputs: Inputs,
  days: readonly number[],
  seeds: number,
): Promise<readonly number[]> {
  const replications = await Promise.all(
    Array.from({ length: seeds }, (_, i) =>
      simulator.simulateDays(days, parameters, { inputs, seed: FIRST_SEED + i }),
    ),
  )
  return days.map((_, index) =>
    meanOf(replications.map((each) => each.days[index]?.profitPerDriverHour as number)),
  )
}

function rowOf(inputs: Inputs, { name, value, reference, gain }: Compared): readonly string[] {
  return [
    `  ${inputs}`,
    name,
    formatValue(reference),
    formatValue(value),
    String(gain.pairs),
    formatPercent(gain.percent),
    gain.interval.map(formatPercent).join(' to '),
    verdictText(gain),
  ]
}

function verdictText({ verdict }: PairedGain): string {
  return verdict === 'better' ? green(verdict) : verdict === 'worse' ? red(verdict) : verdict
}
