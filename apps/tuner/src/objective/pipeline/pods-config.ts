import { whole } from '@tune/core'
import { z } from 'zod'

const name = z.string().min(1)
const texts = z.record(name, z.string())
const amounts = z.strictObject({
  cpu: z.coerce.string().optional().describe('Processors, as 500m or 2.'),
  memory: name.optional().describe('Bytes, as 512Mi or 2Gi.'),
})
const resources = z.strictObject({
  requests: amounts.optional().describe('What it is sure to have.'),
  limits: amounts.optional().describe('What it has at most.'),
})
const key = name.describe('Which value of it.')
const optional = z.boolean().optional().describe('Whether it may be missing. Default: false.')

/** How Kubernetes runs the pods of pipelines that tune makes. */
export const pods = z.strictObject({
  resources: resources.optional().describe('Processors and memory of the container.'),
  env: texts.optional().describe('Environment variables.'),
  secretEnv: z
    .record(name, z.strictObject({ secret: name.describe('The secret.'), key, optional }))
    .optional()
    .describe('Environment variables from secrets, by the name of the variable.'),
  configMapEnv: z
    .record(name, z.strictObject({ configMap: name.describe('The config map.'), key, optional }))
    .optional()
    .describe('Environment variables from config maps, by the name of the variable.'),
  nodeSelector: texts.optional().describe('The labels of the nodes to run on.'),
  tolerations: z
    .array(
      z.strictObject({
        key: name.optional().describe('The taint. Default: any.'),
        operator: z.enum(['Exists', 'Equal']).optional().describe('Default: Equal.'),
        value: z.string().optional().describe('Its value.'),
        effect: z.enum(['NoExecute', 'NoSchedule', 'PreferNoSchedule']).optional().describe('Default: any.'),
        tolerationSeconds: whole(0).optional().describe('For how long, with NoExecute. Default: forever.'),
      }),
    )
    .optional()
    .describe('The taints of nodes that do not matter.'),
  labels: texts.optional().describe('Labels of the pods.'),
  annotations: texts.optional().describe('Annotations of the pods.'),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional().describe("Default: the cluster's."),
  imagePullSecrets: z.array(name).optional().describe('Secrets for the registry of the image.'),
  deadlineSeconds: whole(1).optional().describe('How long one attempt may take.'),
  sidecars: z
    .array(
      z.strictObject({
        name: name.describe('What it is called.'),
        image: name.describe('Its image.'),
        command: z.array(z.string()).optional().describe("Default: the image's."),
        args: z.array(z.string()).optional().describe('Its arguments.'),
        env: texts.optional().describe('Its environment.'),
        resources: resources.optional().describe('Its processors and memory.'),
      }),
    )
    .optional()
    .describe('Containers that run beside it; servers from 2.18.'),
})
