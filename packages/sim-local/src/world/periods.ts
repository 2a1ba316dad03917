import { TuneError } from '@tune/core/errors'

/** How many days there are before seasons and holidays begin. */
export const ORDINARY_DAYS = 49

/** What days are for: to tune on, to confirm what was found on, and to report on what none of that has seen. */
export type Period = 'train' | 'confirm' | 'holdout'

const PERIODS_BY_NAME: Readonly<Record<Period, { readonly first: number; readonly count: number }>> = {
  train: { first: 28, count: 7 },
  confirm: { first: 35, count: 14 },
  holdout: { first: ORDINARY_DAYS, count: 145 },
}

export const PERIODS = Object.keys(PERIODS_BY_NAME) as readonly Period[]

/** Enough days before it are known. */
const FIRST_DAY = PERIODS_BY_NAME.train.first
const LAST_DAY = PERIODS_BY_NAME.holdout.first + PERIODS_BY_NAME.holdout.count - 1

/** The first day of the week of a day: whoever forecasts it knows the days before that. */
export function firstDayOfWeek(day: number): number {
  return day - (day % 7)
}

/**
 * The days that a text names: those of a period, a range, or several of them: `train`, `49-76`, `28,30-33`. In order, and
 * each once.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function daysOf(text: string): readonly number[] {
  const days = text.split(',').flatMap((part) => [...daysOfPart(part.trim(), text)])
  return [...new Set(days)].toSorted((a, b) => a - b)
}

function* daysOfPart(part: string, text: string): Generator<number> {
  const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? []
  const period = Object.hasOwn(PERIODS_BY_NAME, part) ? PERIODS_BY_NAME[part as Period] : undefined
  const first = period?.first ?? Number(from)
  const last = period === undefined ? Number(to ?? from) : first + period.count - 1
  if (!(first >= FIRST_DAY && first <= last && last <= LAST_DAY))
    throw new TuneError(
      'INVALID_ARGUMENT',
      `days: it must be ${PERIODS.join(', ')}, or days from ${FIRST_DAY} to ${LAST_DAY} as in 49-76 or 28,30-33, but is '${text}'`,
      { days: text },
    )
  for (let day = first; day <= last; day++) yield day
}
