import { whole } from '@tune/core'
import { z } from 'zod'

const name = z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' })
const names = z.array(name).min(1)

/** The cases that every trial is evaluated on: their names, or more about them. */
export const instances = z
  .union(
    [
      names.transform((each) => ({ names: each, argument: undefined, atOnce: undefined })),
      z.strictObject({
        names: names.optional().describe('Their names. Default: what the pipeline loops over.'),
        argument: z
          .string()
          .min(1)
          .optional()
          .describe(
            'The input of a pipeline that is given the names of those that a run evaluates. Default: each run evaluates all.',
          ),
        atOnce: whole(1).optional().describe('As the key of the same name beside instances.'),
      }),
    ],
    { error: 'a list of names, or a mapping with names, argument and atOnce' },
  )
  .describe('The cases that every trial is evaluated on: days, folds, seeds. Default: none.')

/** The names of the instances, as text. */
export function instanceNames({
  instances: given,
}: {
  readonly instances?: z.output<typeof instances> | undefined
}): readonly string[] | undefined {
  return given?.names?.map(String)
}
