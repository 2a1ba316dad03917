import { z } from 'zod'

const task = z
  .string()
  .min(1)
  .optional()
  .describe('The task that gives it. Default: none; it is an output of the pipeline.')
const output = z.string().min(1).optional().describe('The output parameter.')
const artifact = z.string().min(1).optional().describe('The Metrics artifact, in place of an output.')
const key = z
  .string()
  .min(1)
  .optional()
  .describe("Which value of the artifact, or of the file. Default, of a file: that of the metric's name.")
const file = z
  .string()
  .min(1)
  .optional()
  .describe(
    "A JSON file that the run writes to an object store, in place of a task: s3://bucket/{run}.json or gs://…. An argument tells the pipeline: { result: 's3://bucket/{run}.json' }.",
  )

const valueSource = z.strictObject({ task, output, artifact, key, file })
const reportSource = z.strictObject({
  task,
  output,
  artifact,
  key,
  file: file.describe('As in value, with {instance}: s3://bucket/{run}/{instance}.json.'),
  instance: z.string().min(1).optional().describe('The input of the task that names the instance.'),
})

const error = 'a mapping with task and output, or one such mapping for each metric'

/** What a file says of an objective that is a pipeline. */
export const pipelineKeys = {
  pipeline: z
    .strictObject({
      name: z.string().min(1).optional().describe('The name of a pipeline that the server has.'),
      version: z
        .string()
        .min(1)
        .optional()
        .describe('Its version, by name. Default: the latest when the study is made; the study keeps it.'),
      file: z.string().min(1).optional().describe('A compiled pipeline, from the folder of this file.'),
      module: z
        .string()
        .min(1)
        .optional()
        .describe('A module whose default export is a pipeline of @tune/kfp, from the folder of this file.'),
    })
    .optional()
    .describe('The pipeline of which each trial is a run: of the server, by name, a file or a module.'),
  arguments: z
    .record(z.string().min(1), z.json())
    .optional()
    .describe(
      "What inputs of the pipeline are given: values, or '{rate}' for a parameter, '{params}' for all. Default: each parameter goes to the input of its name.",
    ),
  value: z
    .union([valueSource, z.record(z.string().min(1), valueSource)], { error })
    .optional()
    .describe('Where the value of a run is: { task: evaluate, output: auc }; of several metrics, by name.'),
  reports: z
    .union([reportSource, z.record(z.string().min(1), reportSource)], { error })
    .optional()
    .describe(
      'Where the values of instances are: { task: train-fold, output: auc, instance: fold }; of several metrics, by name.',
    ),
  caching: z
    .boolean()
    .optional()
    .describe('Whether tasks may be cached. False where chance is involved. Default: as the pipeline says.'),
}

/** Where a metric is, as a file says. */
export type WrittenSource = z.output<typeof valueSource> | z.output<typeof reportSource>
