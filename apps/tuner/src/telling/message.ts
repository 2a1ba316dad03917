import { type FrozenTrial, paramValues, type Study, type TrialCounts } from '@tune/core'
import { currentValue } from '../commands/current-trial.ts'
import { expectedText, recommendedOf } from '../recommendation/recommended.ts'
import { formatDuration, formatGain, formatParam, formatValue } from '../text/format.ts'
import { runLink } from '../text/run-link.ts'
import type { Ending } from './ending.ts'

/** What whoever is told gets, as JSON. */
export interface Message extends Ending {
  readonly study: string
  /** All of it for people, on a few lines. */
  readonly text: string
  /** How the study stands, where its storage could be read. */
  readonly state?: StudyState
  readonly links: Links
}

/** Where people see more. */
interface Links {
  /** The run of the tuner itself. */
  readonly tuner?: string
  /** The run of the best trial. */
  readonly best?: string
}

type Params = Readonly<Record<string, number | string | boolean | null>>

/** How far a study has come. */
interface StudyState {
  readonly trials: TrialCounts
  /** How long all trials together were evaluated, in seconds. */
  readonly seconds: number
  /** Its best trial, with one metric. */
  readonly best?: {
    readonly trial: number
    readonly metric: string | null
    readonly value: number
    readonly params: Params
    /** The difference to the current parameters, as a share of their value, where that is known. */
    readonly gain?: number
  }
  /** What to use, with one metric: often the best trial, else one that is better or surer as far as chance lets see. */
  readonly recommended?: {
    readonly trial: number
    readonly params: Params
    readonly expected: number
    readonly interval: readonly [number, number]
  }
  /** How many trials no other one beats, with several metrics. */
  readonly front?: number
}

/** Composes what is told of a tuning. @param study where its storage can be read */
export async function messageOf(
  name: string,
  ending: Ending,
  study: Study | undefined,
  tuner?: string,
): Promise<Message> {
  const known = study === undefined ? undefined : await stateOf(study)
  const best = known?.best && runLink(known.best)
  const links = { ...(tuner !== undefined && { tuner }), ...(best !== undefined && { best }) }
  const message = { study: name, ...ending, ...(known && { state: known.state }), links }
  return { ...message, text: textOf(message) }
}

async function stateOf(study: Study): Promise<{ readonly state: StudyState; readonly best?: FrozenTrial }> {
  const trials = await study.trials()
  const cost = { trials: await study.counts(), seconds: secondsOf(trials) }
  if (study.directions.length > 1) return { state: { ...cost, front: (await study.bestTrials()).length } }
  const recommendation = await recommendedOf(study)
  const best = recommendation?.best.trial
  const value = best?.values?.[0]
  if (recommendation === undefined || best === undefined || value === undefined) return { state: cost }
  const current = currentValue(trials)
  const shown = {
    trial: best.number,
    metric: study.metricNames?.[0] ?? null,
    value,
    params: paramValues(best),
    ...(current !== undefined && current !== 0 && { gain: (value - current) / Math.abs(current) }),
  }
  const { trial, params, expected, interval } = recommendation
  return {
    state: { ...cost, best: shown, recommended: { trial: trial.number, params, expected, interval } },
    best,
  }
}

function secondsOf(trials: readonly FrozenTrial[]): number {
  const ms = trials.reduce(
    (sum, { startedAt, completedAt }) =>
      startedAt === null || completedAt === null ? sum : sum + completedAt - startedAt,
    0,
  )
  return Math.round(ms / 1000)
}

const TITLES = { success: 'tuned', failure: 'tuning failed', cancellation: 'tuning was cancelled' } as const

function textOf({ study, outcome, reason, state, links }: Omit<Message, 'text'>): string {
  return [
    `${study}: ${TITLES[outcome]}, ${reason}`,
    ...(state === undefined ? [] : stateLines(state)),
    ...(links.best === undefined ? [] : [`best trial: ${links.best}`]),
    ...(links.tuner === undefined ? [] : [`tuner: ${links.tuner}`]),
  ].join('\n')
}

/** The parameters on one line. */
export function paramsLine(params: Params): string {
  return Object.entries(params)
    .map(([name, chosen]) => `${name} ${formatParam(chosen ?? undefined)}`)
    .join(', ')
}

function* stateLines({ best, recommended, front, trials, seconds }: StudyState): Generator<string> {
  if (best !== undefined) {
    const { metric, value, trial, gain, params } = best
    const over = gain === undefined ? '' : `, ${formatGain(1 + gain, 1)} over the current parameters`
    yield `best ${metric === null ? '' : `${metric} `}${formatValue(value)} (trial ${trial})${over}`
    if (recommended !== undefined && recommended.trial !== trial)
      yield `recommended: trial ${recommended.trial}, ${expectedText(recommended)}`
    yield paramsLine(recommended?.params ?? params)
  } else if (front !== undefined) yield `${front} trials that no other one beats in every metric`
  else yield 'no trial has a value that counts'
  const { complete, pruned, failed } = trials
  const others = [pruned > 0 ? `${pruned} pruned` : '', failed > 0 ? `${failed} failed` : ''].filter(Boolean)
  const counted = [`${complete} complete`, ...others].join(', ')
  yield `cost so far: ${counted}, ${formatDuration(1000 * seconds)} of evaluation`
}
