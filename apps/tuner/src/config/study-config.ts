import { paramValue, prunerChoice, samplerChoice, whole } from '@tune/core'
import { z } from 'zod'
import { deploy } from '../deploy/deploy-config.ts'
import { commandKeys } from '../objective/command/command-config.ts'
import { kfp } from '../objective/pipeline/kfp-config.ts'
import { pipelineKeys } from '../objective/pipeline/pipeline-config.ts'
import { range, simulator } from '../objective/simulator/simulator-config.ts'
import { schedule } from '../schedule/schedule-config.ts'
import { notify } from '../telling/notify-config.ts'
import { duration } from './duration.ts'
import { instances } from './instances.ts'
import { constraint, metric } from './metrics.ts'
import { parameter } from './parameters.ts'

const count = whole(1)

const objective = z.strictObject({
  ...commandKeys,
  ...pipelineKeys,
  simulator: simulator
    .optional()
    .describe('The built-in simulator of a taxi service; its metric is profit per driver-hour, in yen.'),
})

/** A sampler of somebody else's. */
const theirs = z.looseObject({
  name: z.string().min(1).describe('What to call it.'),
  module: z.string().min(1).describe('The file whose default export makes it from the other keys.'),
})

/** What a study's file says. */
export const studyConfig = z.strictObject({
  study: z
    .string()
    .min(1)
    .max(512)
    .describe('The name of the study in its storage; ${date} is the date, ${time} the time of day.'),
  storage: z
    .string()
    .optional()
    .describe(
      'Where it is kept: sqlite:file or mysql://user:password@host/database. Default: TUNE_STORAGE of the environment, else sqlite:tune.db.',
    ),
  metrics: z
    .record(z.string().min(1), metric)
    .optional()
    .describe(
      'The values of a trial by name, and whether to maximize or minimize each: { auc: maximize }. The simulator has its own.',
    ),
  constraints: z
    .record(z.string().min(1), constraint)
    .default({})
    .describe('What further metrics must hold for a trial to count: { latency_ms: { max: 100 } }.'),
  goal: z
    .number()
    .optional()
    .describe('The study ends when its best value is as good as this. Default: never.'),
  trials: count
    .default(100)
    .describe('How many complete trials the study is to have, counting earlier runs. Raise it to go on.'),
  parallel: count.default(5).describe('How many trials run at a time.'),
  maxFailed: count.optional().describe('The study is given up at so many failed trials. Default: never.'),
  timeLimit: duration.optional().describe('How long a trial may take; then it fails. Default: without end.'),
  timeout: duration.optional().describe('After which time of a run no further trial starts. Default: never.'),
  space: z
    .record(z.string().min(1), parameter)
    .optional()
    .describe('What is tuned: { rate: { type: float, low: 1e-5, high: 0.1, log: true } }.'),
  fixed: z
    .record(
      z.string().min(1),
      z.union(
        [
          paramValue,
          z.strictObject({
            value: paramValue.describe('The value.'),
            why: z.string().optional().describe('Why it is not tuned.'),
          }),
        ],
        { error: 'a value, or a mapping with value and why' },
      ),
    )
    .default({})
    .describe('Parameters that are not tuned.'),
  current: z
    .record(z.string(), paramValue)
    .optional()
    .describe(
      'The parameters in use now: the first trial, and what tuned ones are compared with. Default: none; those of the simulator are built in.',
    ),
  instances: instances.optional(),
  atOnce: count
    .optional()
    .describe(
      'How many instances of a trial are evaluated at a time: each by a process, or all by one run of a pipeline. Default: 1, of a pipeline that reports them all.',
    ),
  retries: whole(0).default(0).describe('How often an instance that failed is tried again, alone.'),
  memory: z
    .boolean()
    .default(true)
    .describe(
      'Whether what was evaluated with the same parameters before is taken from memory. False where chance is involved.',
    ),
  objective: objective.describe('What is tuned: a command, a pipeline, or the simulator.'),
  sampler: z
    .union([theirs, samplerChoice])
    .default({ name: 'tpe' })
    .describe('What chooses the parameters: the name of a sampler, and its options.'),
  seed: whole(0)
    .optional()
    .describe(
      'Where all chance of the sampler comes from. Default: a fresh one, which the storage remembers.',
    ),
  pruner: prunerChoice
    .default({ name: 'none' })
    .describe('What ends a hopeless trial early: the name of a pruner, and its options.'),
  retry: z
    .strictObject({
      lost: whole(0).default(0).describe('Where the process that ran it died.'),
      failed: whole(0).default(0).describe('Where its evaluation failed.'),
    })
    .default({ lost: 0, failed: 0 })
    .describe('How often a trial that failed is tried again with the same parameters.'),
  abandonAfter: duration
    .default('1 h')
    .describe('After which time trials of a dead tuner fail that cannot be reached from here.'),
  runner: z
    .enum(['local', 'kfp'])
    .default('local')
    .describe('Where the simulator runs: in threads of this process, or as runs of Kubeflow Pipelines.'),
  kfp: kfp.prefault({}).describe('Where Kubeflow Pipelines is, for pipelines and for runner kfp.'),
  deploy: deploy.prefault({}).describe('How the tuner itself runs as a pipeline: tuner deploy.'),
  schedule: schedule
    .optional()
    .describe('When the tuner is started again and again: tuner schedule. Then study has ${date} in it.'),
  notify: notify.optional().describe('Who is told how a tuning ended. Default: nobody.'),
  direction: z
    .enum(['maximize', 'minimize'])
    .optional()
    .describe('For the simulator, whether larger or smaller values are better. Default: maximize.'),
  ranges: z
    .record(z.string(), range)
    .optional()
    .describe('For the simulator, narrower ranges for some parameters; as space.'),
})

/** A study's configuration with its defaults in place. */
export type StudyConfig = z.output<typeof studyConfig> & {
  readonly storage: string
  /** The folder of the file: what it names lies there. */
  readonly folderOfFile: string
  /** The name as the file has it, with `${date}` in it where it is another one every day. */
  readonly studyAsWritten: string
  /** The objective as the file has it, before the environment was filled in. */
  readonly objectiveAsWritten: unknown
}

/** The configuration as JSON Schema, for editors. */
export function studyConfigSchema(): object {
  return { title: 'A study of tuner', ...z.toJSONSchema(studyConfig, { io: 'input' }) }
}
