/**
 * Hyperband: successive halving in several brackets, from one that halves early to one that never does, since nobody
 * knows beforehand how soon a good trial shows.
 *
 * Source: L. Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 18(185), 2018,
 * algorithm 1, asynchronously. Notation as there: R maxResource, η reductionFactor. The number of brackets is
 * ⌊log_η(R / r)⌋ + 1, r being minResource. Semantics and defaults as in Optuna 5, a trial's bracket included, except
 * that the logarithm is exact here: in Optuna that of 243 to the base 3 is 4.999…, which makes one bracket less.
 */
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { ReportedTrial } from '../history/reported-trial.ts'
import { readOptions } from '../options/read-options.ts'
import { whole, wholeOrAuto } from '../options/rules.ts'
import { KEEP, type PruneDecision, type PruneRequest, type Pruner } from './pruner.ts'
import { halve, lastCompleteStep } from './successive-halving.ts'

/** The settings of `hyperband`. The defaults are those of Optuna 5. */
export const hyperbandOptions = z
  .strictObject({
    minResource: whole(1).default(1).describe('r: how many steps every trial may take at least.'),
    maxResource: wholeOrAuto(1)
      .default('auto')
      .describe(
        'R: how many steps a trial takes at most. `auto`: one more than the last step of the complete trials, and no pruning before there is one. Optuna keeps the first such estimate for the life of the process; here it follows the history, and brackets with it: set it where complete trials differ in length.',
      ),
    reductionFactor: whole(2).default(3).describe('η: one in so many trials goes on to the next rung.'),
    bootstrapCount: whole(0)
      .default(0)
      .describe('How many other trials of a bracket must have come to a rung before any goes on from it.'),
  })
  .superRefine(({ minResource, maxResource, bootstrapCount }, context) => {
    const wrong = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message })
    if (maxResource === 'auto') {
      if (bootstrapCount > 0) wrong('bootstrapCount', "0 where maxResource is 'auto'")
    } else if (maxResource < minResource) wrong('maxResource', `at least minResource, ${minResource}`)
  })

/** Settings of `hyperband`: see `hyperbandOptions`. */
export type HyperbandOptions = Readonly<z.input<typeof hyperbandOptions>>

type Settings = Readonly<z.output<typeof hyperbandOptions>>

/**
 * Gives each trial a bracket, by its number and the study's name, and halves within the bracket.
 *
 * @throws TuneError INVALID_ARGUMENT
 */
export function hyperband(options: HyperbandOptions = {}): Pruner {
  const settings = readOptions('hyperband', hyperbandOptions, options)
  return { name: 'hyperband', options: settings, prune: (request) => halveInBracket(request, settings) }
}

function halveInBracket(request: PruneRequest, settings: Settings): PruneDecision {
  const { minResource, reductionFactor, bootstrapCount } = settings
  const maxResource = settings.maxResource === 'auto' ? estimate(request.finished) : settings.maxResource
  if (maxResource === undefined) return KEEP
  const budgets = bracketBudgets(minResource, maxResource, reductionFactor)
  if (budgets.length === 0) return KEEP
  const bracket = bracketOf(request.study, request.number, budgets)
  return halve(
    request,
    { minResource, reductionFactor, minEarlyStoppingRate: bracket, bootstrapCount },
    (number) => bracketOf(request.study, number, budgets) === bracket,
  )
}

function estimate(finished: readonly ReportedTrial[]): number | undefined {
  const step = lastCompleteStep(finished)
  return step === undefined ? undefined : step + 1
}

/**
 * How many trials each bracket gets of every round of them: with s rungs after the first, ⌈n η^s / (s + 1)⌉ for n
 * brackets. Bracket 0 halves most. Empty where no trial is long enough.
 */
export function bracketBudgets(minResource: number, maxResource: number, reductionFactor: number): number[] {
  let brackets = 0
  for (let rung = minResource; rung <= maxResource; rung *= reductionFactor) brackets++
  return Array.from({ length: brackets }, (_, bracket) => {
    const s = brackets - 1 - bracket
    return Math.ceil((brackets * reductionFactor ** s) / (s + 1))
  })
}

/** The bracket of a trial: the same in every process, and in Optuna. */
function bracketOf(study: string, number: number, budgets: readonly number[]): number {
  const total = budgets.reduce((sum, budget) => sum + budget, 0)
  let n = crc32(`${study}_${number}`) % total
  return budgets.findIndex((budget) => {
    n -= budget
    return n < 0
  })
}
