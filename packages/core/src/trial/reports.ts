import { TuneError } from '../errors/tune-error.ts'
import type { Attributes } from './attributes.ts'

/** What a trial has reported so far. Plain data. */
export interface Reports {
  /** The steps with a report, ascending: whole numbers from 0. */
  readonly steps: readonly number[]
  /** One list for each direction: `values[objective][i]` was reported at `steps[i]`. May be ±Infinity or NaN. */
  readonly values: readonly (readonly number[])[]
}

/** The system attribute of one report in a study with several directions: intermediate values are single numbers. */
const REPORT_PREFIX = 'tune:report:'

/** The reports of one trial as they come in. */
export class ReportLog implements Reports {
  readonly steps: number[] = []
  readonly values: readonly number[][]

  /** @param directions how many values a report has. */
  constructor(directions: number) {
    this.values = Array.from({ length: directions }, () => [])
  }

  /** Takes a report in. @returns false where the step has one already, which stays. */
  add(step: number, report: readonly number[]): boolean {
    const at = firstFrom(this.steps, step)
    if (this.steps[at] === step) return false
    this.steps.splice(at, 0, step)
    for (const [objective, column] of this.values.entries()) column.splice(at, 0, report[objective] as number)
    return true
  }
}

/** @throws TuneError INVALID_ARGUMENT: a step that is not a whole number from 0 to 2^31-1 */
export function assertStep(step: number): void {
  if (Number.isInteger(step) && step >= 0 && step <= 0x7fffffff) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `step: it must be a whole number from 0 to 2147483647, but is ${String(step)}`,
    { step },
  )
}

/** The index of the first of the ascending steps that is at least `step`; their number where there is none. */
export function firstFrom(steps: readonly number[], step: number): number {
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((steps[middle] as number) < step) low = middle + 1
    else high = middle
  }
  return low
}

/** One report of a study with several directions as its system attribute. */
export function reportAttribute(step: number, report: readonly number[]): Attributes {
  return { [REPORT_PREFIX + step]: report }
}

/** The reports of a trial as storage keeps it. */
export function readReports(
  trial: {
    readonly intermediateValues: ReadonlyMap<number, number>
    readonly systemAttributes: Attributes
  },
  directions: number,
): ReportLog {
  const log = new ReportLog(directions)
  if (directions === 1) {
    for (const [step, value] of trial.intermediateValues) log.add(step, [value])
    return log
  }
  for (const [key, report] of Object.entries(trial.systemAttributes)) {
    if (key.startsWith(REPORT_PREFIX) && isReport(report, directions))
      log.add(Number(key.slice(REPORT_PREFIX.length)), report)
  }
  return log
}

function isReport(value: unknown, directions: number): value is readonly number[] {
  return (
    Array.isArray(value) && value.length === directions && value.every((entry) => typeof entry === 'number')
  )
}
