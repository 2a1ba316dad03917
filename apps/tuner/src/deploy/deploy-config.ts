import { whole } from '@tune/core'
import { z } from 'zod'
import { pods } from '../objective/pipeline/pods-config.ts'

const name = z.string().min(1)

/** How the tuner itself runs as a pipeline. */
export const deploy = z.strictObject({
  image: name.default('tune:1').describe('The image with the tuner.'),
  pipeline: name
    .optional()
    .describe('What the pipeline of the tuner is called. Default: tune- and the name of the study.'),
  endpoint: name
    .default('in-cluster')
    .describe(
      'How the tuner reaches the server from its pod: in-cluster, as the service account of the pod, or a URL, with what kfp says of who asks.',
    ),
  inputs: z
    .array(name)
    .default([])
    .describe(
      "Keys of this file that can be changed in Kubeflow's user interface, besides trials and parallel: [goal, sampler.name].",
    ),
  files: z
    .array(name)
    .default([])
    .describe(
      'Files that the tuner needs in its pod, from the folder of this file. Compiled pipelines and modules that this file names go along anyway.',
    ),
  retries: whole(0)
    .default(3)
    .describe('How often a tuner is started again that was killed or failed; it goes on where it was.'),
  pods: pods
    .optional()
    .describe("How its pods run: secretEnv gives the file its '${NAME}', sidecars may hold a proxy."),
})

export type DeployConfig = z.output<typeof deploy>
