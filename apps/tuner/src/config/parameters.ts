import {
  categorical,
  type Distribution,
  float,
  int,
  isTuneError,
  paramValue,
  type SearchSpace,
} from '@tune/core'
import { OWN_WORDS } from '@tune/process'
import { z } from 'zod'
import type { Issue } from './issue.ts'

/** A parameter as a file describes it. */
export const parameter = z.strictObject({
  type: z
    .enum(['float', 'int', 'categorical'])
    .optional()
    .describe('What it is: a number, a whole number, or one of several choices. The simulator knows it.'),
  low: z.number().optional().describe('The smallest value.'),
  high: z.number().optional().describe('The largest value.'),
  log: z
    .boolean()
    .optional()
    .describe('Whether values are spread evenly over their logarithm. Default: false.'),
  step: z
    .number()
    .optional()
    .describe(
      'The distance between neighbouring values, counted from low. Default: none; 1 for whole numbers.',
    ),
  choices: z
    .array(paramValue)
    .optional()
    .describe('What to choose from: text, numbers, true, false or null.'),
})

export type Parameter = z.output<typeof parameter>

/** Whether there is a search space in a file, and what is wrong with it. */
export function spaceOf(parameters: Readonly<Record<string, Parameter>>): {
  readonly space: SearchSpace
  readonly issues: readonly Issue[]
} {
  const space: Record<string, Distribution> = {}
  const issues: Issue[] = []
  for (const [name, described] of Object.entries(parameters)) {
    const path = ['space', name]
    const distribution = OWN_WORDS.includes(name)
      ? {
          path,
          message: `the name stands for something else in commands; choose another one than ${OWN_WORDS.join(', ')}`,
        }
      : distributionOf(described, path)
    if ('kind' in distribution) space[name] = distribution
    else issues.push(distribution)
  }
  return { space, issues }
}

function distributionOf(described: Parameter, path: readonly string[]): Distribution | Issue {
  const { type, low, high, log = false, step, choices } = described
  const wrong = (key: string, message: string): Issue => ({ path: [...path, key], message })
  if (type === undefined) return wrong('type', 'it is missing; it must be one of float, int, categorical')
  if (type === 'categorical') {
    const extra = (['low', 'high', 'log', 'step'] as const).find((key) => described[key] !== undefined)
    if (extra !== undefined) return wrong(extra, 'a categorical parameter has none; it has choices')
    if (choices === undefined)
      return wrong('choices', 'it is missing; it must be a list of what to choose from')
    return made(() => categorical(choices), wrong.bind(undefined, 'choices'))
  }
  if (choices !== undefined)
    return wrong('choices', `a parameter of type ${type} has none; it has low and high`)
  if (low === undefined) return wrong('low', 'it is missing; it must be a number')
  if (high === undefined) return wrong('high', 'it is missing; it must be a number')
  const make = () =>
    type === 'float'
      ? float(low, high, { log, step: step ?? null })
      : int(low, high, { log, step: step ?? 1 })
  return made(make, (message) => ({ path, message }))
}

function made(make: () => Distribution, issue: (message: string) => Issue): Distribution | Issue {
  try {
    return make()
  } catch (error) {
    if (!isTuneError(error)) throw error
    return issue(error.message.replace(/^\w+: /, ''))
  }
}
