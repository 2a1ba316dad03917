import { whole } from '@tune/core'
import { z } from 'zod'
import { duration } from '../../config/duration.ts'
import { pods } from './pods-config.ts'

const count = whole(1)
const name = z.string().min(1)

/** Where Kubeflow Pipelines is, who asks, and what becomes of runs. */
export const kfp = z.strictObject({
  endpoint: name
    .default('http://127.0.0.1:8888')
    .describe('Where the server is: a URL, or in-cluster, or kubeconfig.'),
  service: z
    .strictObject({
      name: name.optional().describe('What it is called. Default: ml-pipeline.'),
      namespace: name.optional().describe('Where Kubeflow Pipelines runs. Default: kubeflow.'),
      port: count.optional().describe('Default: 8888.'),
    })
    .optional()
    .describe('The service of the server, for in-cluster and kubeconfig.'),
  kubeconfig: z
    .strictObject({
      path: name.optional().describe('Default: that of kubectl.'),
      context: name.optional().describe('Default: the current one.'),
    })
    .optional()
    .describe('Which cluster, for kubeconfig and for tokenRequest.'),
  metadata: name
    .optional()
    .describe(
      'Where ML Metadata is, which servers up to 2.18 keep outputs in: http:// of its Envoy, or grpc://. Default: where it usually is beside the endpoint.',
    ),
  ui: name
    .optional()
    .describe('Where the user interface of Kubeflow Pipelines is, for links to runs. Default: no links.'),
  tokenFile: name.optional().describe('A file with a bearer token, read for every request.'),
  tokenRequest: z
    .strictObject({
      serviceAccount: name.describe('Whose token.'),
      namespace: name.describe('Where the service account is.'),
    })
    .optional()
    .describe('Asks the cluster for tokens of a service account.'),
  headers: z
    .record(
      name,
      z.union([z.string(), z.strictObject({ file: name.describe('Read for every request.') })], {
        error: "text, as '${COOKIE}', or a mapping with file",
      }),
    )
    .optional()
    .describe(
      "Headers of every request, such as the cookie of a gateway: { cookie: '${COOKIE}' }, or { cookie: { file: path } }.",
    ),
  store: z
    .strictObject({
      endpoint: name.optional().describe("Where it is, as http://minio:9000. Default: Amazon's or Google's."),
      region: name.optional().describe('Of S3. Default: that of the environment, else us-east-1.'),
      accessKeyId: name.optional().describe('Of S3. Default: as the environment, a profile or the pod says.'),
      secretAccessKey: name.optional().describe("Of S3, as '${SECRET}'."),
    })
    .optional()
    .describe('The object store of result files. Default: found by the environment.'),
  experiment: name.default('tuning').describe('Which experiment the runs are of.'),
  namespace: name.optional().describe('Whose experiment, on a server with several users.'),
  serviceAccount: name.optional().describe("The service account of the pods. Default: the server's."),
  finished: z
    .union(
      [
        z.strictObject({ archive: duration.describe('How long after their end they are archived.') }),
        z.strictObject({ delete: duration.describe('How long after their end they are deleted.') }),
      ],
      { error: "archive or delete with a time, as in { archive: '7 days' }" },
    )
    .optional()
    .describe("What becomes of runs of this study that ended: { archive: '7 days' }. Default: they stay."),
  intervalSeconds: z.number().min(0.05).default(5).describe('How often the server is asked.'),
  stuckAfterMinutes: z
    .number()
    .min(0.01)
    .default(60)
    .describe('After how long without progress a run is ended. Waiting for room does not count.'),
  image: name.default('tune:1').describe("For the simulator, the image with the simulator's command line."),
  shape: z
    .enum(['parallel-for', 'unrolled'])
    .default('parallel-for')
    .describe('For the simulator, a loop over days, or a task for each: fewer pods, and any server.'),
  parallelism: count
    .optional()
    .describe('For the simulator, how many days of a loop run at once. Default: all.'),
  dayRetries: whole(0)
    .default(1)
    .describe('For the simulator, how often days that failed are simulated again, alone.'),
  pods: pods.optional().describe('For the simulator, how its pods run.'),
})

export type KfpConfig = z.output<typeof kfp>
