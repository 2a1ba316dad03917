import { isTuneError } from '@tune/core'
import { FRAMES, INPUTS, parseParameters, SIZES, WEEKS } from '@tune/sim-local'
import { z } from 'zod'
import { narrowedSpace } from './parameter-ranges.ts'

const whole = z.int().min(1)

/** A mapping that knows all its keys, and says so where there is another. */
function section<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? `there is no such key; there are ${Object.keys(shape).join(', ')}`
        : undefined,
  })
}

/** Lets a check that throws TuneErrors, whose `name` is the key at fault, speak for a mapping. */
function heldTo<T>(check: (values: T) => unknown) {
  return (values: T, context: z.RefinementCtx<T>) => {
    try {
      check(values)
    } catch (error) {
      if (!isTuneError(error)) throw error
      const name = String(error.details['name'])
      const message = error.message.replace(`${name}: `, '')
      context.addIssue({ code: 'custom', path: [name], message })
    }
  }
}

const simulator = section({
  area: z.enum(['yokohama', 'downtown', 'suburb']).describe('Which city is driven in.'),
  size: z.enum(SIZES).default('m').describe('How large it is: 8, 24 or 80 crossings along each side.'),
  frame: z.enum(FRAMES).default('all-day').describe('Which hours of the day.'),
  inputs: z
    .enum(INPUTS)
    .default('predicted')
    .describe('Forecasts that follow the day, or averages of past days.'),
  week: z.enum(WEEKS).default('train').describe('The seven days that a trial is evaluated on.'),
  guidedDrivers: whole.optional().describe('How many drivers are guided. Default: 4, 30 or 300 by size.'),
  seed: z.int().min(0).default(1).describe('The first replication: where drivers start, and their chance.'),
  replications: whole.default(1).describe('How many replications a value is the mean of.'),
  workers: whole.optional().describe('Threads that simulate days. Default: one for each processor.'),
}).describe(
  'The built-in simulator: a value iterator guides taxi drivers; the value is profit per driver-hour, in yen.',
)

const samplers = [
  section({ name: z.literal('random') }),
  section({
    name: z.literal('tpe'),
    startupTrials: z.int().min(0).optional(),
    candidates: whole.optional(),
    multivariate: z.boolean().optional(),
    constantLiar: z.boolean().optional(),
  }),
] as const

const sampler = z.discriminatedUnion('name', samplers, {
  error: ({ code }) => (code === 'invalid_union' ? 'it must be one of random, tpe' : undefined),
})

const pruners = [
  section({ name: z.literal('none') }),
  section({
    name: z.literal('wilcoxon'),
    pThreshold: z.number().min(0).max(1).optional(),
    startupSteps: z.int().min(0).optional(),
  }),
] as const

const pruner = z.discriminatedUnion('name', pruners, {
  error: ({ code }) => (code === 'invalid_union' ? 'it must be one of none, wilcoxon' : undefined),
})

const kfp = section({
  endpoint: z
    .string()
    .min(1)
    .default('http://127.0.0.1:8888')
    .describe('Where the server is: a URL, or in-cluster, or kubeconfig.'),
  tokenFile: z.string().min(1).optional().describe('A file with a bearer token, read for every request.'),
  metadata: z
    .string()
    .min(1)
    .optional()
    .describe('Where ML Metadata is, on servers up to 2.18. Default: the endpoint.'),
  experiment: z.string().min(1).default('tuning').describe('Which experiment the runs are of.'),
  namespace: z.string().min(1).optional().describe('Whose experiment, on a server with several users.'),
  serviceAccount: z.string().min(1).optional().describe('As whom tasks run.'),
  image: z.string().min(1).default('tune-sim:1').describe("The image with the simulator's command line."),
  shape: z
    .enum(['parallel-for', 'unrolled'])
    .default('parallel-for')
    .describe('A loop over days, or a task for each: fewer pods, and any server.'),
  parallelism: whole.optional().describe('How many days of a loop run at once. Default: all.'),
  intervalSeconds: z.number().min(0.05).default(5).describe('How often the server is asked.'),
  dayRetries: z.int().min(0).default(1).describe('How often days that failed are simulated again, alone.'),
  stuckAfterMinutes: z
    .number()
    .min(0.01)
    .default(60)
    .describe('After how long without progress a run is ended.'),
})

const range = section({ low: z.number(), high: z.number() })

/** What a study's file says. */
export const studyConfig = section({
  study: z.string().min(1).max(512).describe('The name of the study in its storage.'),
  storage: z
    .string()
    .default('sqlite:tune.db')
    .describe('Where it is kept: sqlite:file or mysql://user:password@host/database.'),
  direction: z
    .enum(['maximize', 'minimize'])
    .default('maximize')
    .describe('Whether larger or smaller values are better.'),
  trials: whole
    .default(100)
    .describe('How many complete trials the study is to have, counting earlier runs. Raise it to go on.'),
  parallel: whole.default(5).describe('How many trials run at a time.'),
  sampler: sampler.default({ name: 'tpe' }).describe('What chooses the parameters.'),
  seed: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Where all chance of the sampler comes from. Default: a fresh one, which the storage remembers.',
    ),
  retry: section({
    lost: z.int().min(0).default(0).describe('Where the process that ran it died.'),
    failed: z.int().min(0).default(0).describe('Where its evaluation failed.'),
  })
    .default({ lost: 0, failed: 0 })
    .describe('How often a trial that failed is tried again with the same parameters.'),
  pruner: pruner
    .default({ name: 'none' })
    .describe('What ends a hopeless trial early. wilcoxon compares its days with those of the best one.'),
  runner: z
    .enum(['local', 'kfp'])
    .default('local')
    .describe('Where trials are evaluated: in threads of this process, or as runs of Kubeflow Pipelines.'),
  kfp: kfp.prefault({}).describe('Kubeflow Pipelines, for runner kfp.'),
  objective: section({ simulator }).describe('What is tuned.'),
  current: z
    .record(z.string(), z.union([z.number(), z.string()], { error: 'it must be a number or text' }))
    .superRefine(heldTo(parseParameters))
    .optional()
    .describe(
      'The parameters in use now: the first trial, and what tuned ones are compared with. Default: the built-in ones.',
    ),
  ranges: z
    .record(z.string(), range)
    .superRefine(heldTo(narrowedSpace))
    .optional()
    .describe('Narrower ranges for some parameters.'),
})

/** A study's configuration with its defaults in place. */
export type StudyConfig = z.output<typeof studyConfig>

/** The configuration as JSON Schema, for editors. */
export function studyConfigSchema(): object {
  return { title: 'A study of tuner', ...z.toJSONSchema(studyConfig, { io: 'input' }) }
}
