import { whole } from '@tune/core'
import { FRAMES, INPUTS, SIZES, WEEKS } from '@tune/sim-local'
import { z } from 'zod'

const count = whole(1)

/** What a file says of the built-in simulator. */
export const simulator = z
  .strictObject({
    area: z.enum(['yokohama', 'downtown', 'suburb']).describe('Which city is driven in.'),
    size: z.enum(SIZES).default('m').describe('How large it is: 8, 24 or 80 crossings along each side.'),
    frame: z.enum(FRAMES).default('all-day').describe('Which hours of the day.'),
    inputs: z
      .enum(INPUTS)
      .default('predicted')
      .describe('Forecasts that follow the day, or averages of past days.'),
    week: z.enum(WEEKS).default('train').describe('The seven days that a trial is evaluated on.'),
    guidedDrivers: count.optional().describe('How many drivers are guided. Default: 4, 30 or 300 by size.'),
    seed: whole(0).default(1).describe('The first replication: where drivers start, and their chance.'),
    replications: count.default(1).describe('How many replications a value is the mean of.'),
    workers: count.optional().describe('Threads that simulate days. Default: one for each processor.'),
  })
  .describe(
    'The built-in simulator: a value iterator guides taxi drivers; the value is profit per driver-hour, in yen.',
  )

/** How trials of the simulator become runs of Kubeflow Pipelines. */
export const kfp = z.strictObject({
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
  serviceAccount: z
    .string()
    .min(1)
    .optional()
    .describe("The service account of the pods. Default: the server's."),
  image: z.string().min(1).default('tune-sim:1').describe("The image with the simulator's command line."),
  shape: z
    .enum(['parallel-for', 'unrolled'])
    .default('parallel-for')
    .describe('A loop over days, or a task for each: fewer pods, and any server.'),
  parallelism: count.optional().describe('How many days of a loop run at once. Default: all.'),
  intervalSeconds: z.number().min(0.05).default(5).describe('How often the server is asked.'),
  dayRetries: whole(0).default(1).describe('How often days that failed are simulated again, alone.'),
  stuckAfterMinutes: z
    .number()
    .min(0.01)
    .default(60)
    .describe('After how long without progress a run is ended.'),
})

/** A narrower range for a parameter of the simulator. */
export const range = z.strictObject({
  low: z.number().describe('The smallest value.'),
  high: z.number().describe('The largest value.'),
})
