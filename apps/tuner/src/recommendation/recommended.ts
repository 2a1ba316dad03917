import { type FrozenTrial, isTuneError, type Recommendation, type Study } from '@tune/core'
import { formatValue } from '../text/format.ts'

/** The trial with the best value; `undefined` with several metrics, and before a trial has a value that counts. */
export function bestOf(study: Study): Promise<FrozenTrial | undefined> {
  return whereThereIsOne(study, () => study.bestTrial())
}

/** What is to be used; `undefined` where there is no {@link bestOf}. */
export function recommendedOf(study: Study): Promise<Recommendation | undefined> {
  return whereThereIsOne(study, () => study.recommend())
}

async function whereThereIsOne<T>(study: Study, find: () => Promise<T>): Promise<T | undefined> {
  if (study.directions.length > 1) return undefined
  try {
    return await find()
  } catch (error) {
    if (isTuneError(error, 'NO_COMPLETE_TRIAL')) return undefined
    throw error
  }
}

/** Whether it is another trial than the one with the best value. */
export function isAnother({ trial, best }: Recommendation): boolean {
  return trial.number !== best.trial.number
}

/** `3290.1 expected (3270.2 to 3310)` */
export function expectedText({ expected, interval }: Pick<Recommendation, 'expected' | 'interval'>): string {
  return `${formatValue(expected)} expected (${interval.map(formatValue).join(' to ')})`
}

/** Why it is not the trial with the best value, in a sentence. */
export function whyAnother({ trial, best, method }: Recommendation): string {
  const value = formatValue(best.trial.values?.[0] ?? Number.NaN)
  const evidence =
    method === 'model' ? 'by what trials like it had' : 'by how much trials differ from chance alone'
  return `Trial ${best.trial.number} has the best value, ${value}, but part of that is likely luck: ${evidence}, ${formatValue(best.expected)} is to be expected of it, and trial ${trial.number} is better or surer.`
}
