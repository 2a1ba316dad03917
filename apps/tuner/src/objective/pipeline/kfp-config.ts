import { whole } from '@tune/core'
import { z } from 'zod'

const count = whole(1)

/** Where Kubeflow Pipelines is, and how trials become runs. */
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

export type KfpConfig = z.output<typeof kfp>
