import {
  type Component,
  type InputSpecs,
  type Pipeline,
  pipeline,
  type RetryOptions,
  RUN_ID,
} from '@tune/kfp'
import type { JsonValue } from '@tune/kfp/api'
import type { StudyConfig } from '../config/study-config.ts'
import { pipelineInputs } from './pipeline-inputs.ts'
import { tunerTask } from './tuner-task.ts'

/** What a tuner is deployed with. */
export interface Deployment {
  /** The name of the study's file. */
  readonly file: string
  /** That file and those that it names, by their paths in its folder. */
  readonly files: Readonly<Record<string, string>>
  /** Whether the tuner is started by its schedule. Default: by a person. */
  readonly isScheduled?: boolean
}

const RETRY_PAUSES = { backoffSeconds: 10, backoffFactor: 2, backoffMaxSeconds: 300 }

/**
 * The pipeline whose task is the tuner itself, and at whose end somebody is told, however it went.
 *
 * @throws ConfigError; TuneError INVALID_ARGUMENT
 */
export function tunerPipeline(
  config: StudyConfig,
  { file, files, isScheduled = false }: Deployment,
): Pipeline {
  const inputs: InputSpecs = {
    ...givenTo(config, files),
    // Whether it is started at a time of its schedule, or by a person.
    ...(isScheduled && { tick: { type: 'STRING', default: 'scheduled' } }),
  }
  const { name, description } = namesOf(config)
  const { tune, tell } = components(config, file, inputs)
  return pipeline({ name, description, inputs }, (scope, given) => {
    const own = { ...given, run: RUN_ID }
    const work = scope.exitHandler((inner) => {
      const retry: RetryOptions = { retries: config.deploy.retries, ...RETRY_PAUSES }
      return inner.task(tune, own, { retry }).outputs
    })
    scope.task(
      tell,
      { ...own, status: work.finalStatus },
      {
        retry: { retries: 2, ...RETRY_PAUSES },
      },
    )
    return work.outputs
  })
}

/** A pipeline whose only task looks around in a pod as that of the tuner would be. @throws as {@link tunerPipeline} */
export function doctorPipeline(config: StudyConfig, { file, files }: Deployment): Pipeline {
  const inputs = givenTo(config, files)
  const doctor = tunerTask(config, {
    name: 'doctor',
    file,
    inputs,
    outputs: { findings: 'LIST' },
    options: ({ outputs }) => ['--findings', outputs['findings'] ?? ''],
  })
  const { name } = namesOf(config)
  return pipeline({ name: `${name}-doctor`, inputs }, (scope, given) => {
    const { outputs } = scope.task(doctor, { ...given, run: RUN_ID })
    return outputs
  })
}

function givenTo(config: StudyConfig, files: Deployment['files']): InputSpecs {
  return {
    files: { type: 'STRUCT', default: files as Readonly<Record<string, JsonValue>> },
    ...pipelineInputs(config),
  }
}

/** What the pipeline of a study's tuner is called. */
export function namesOf({ studyAsWritten, deploy }: StudyConfig): {
  readonly name: string
  readonly description: string
} {
  // Without what is different every day.
  const study = studyAsWritten.replaceAll(/\$\{\w+\}/g, '').replaceAll(/^[\s_-]+|[\s_-]+$/g, '')
  const readable = study
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return {
    name: deploy.pipeline ?? `tune-${readable}`.slice(0, 60).replace(/-+$/, ''),
    description: `tunes the study ${study}`,
  }
}

function components(
  config: StudyConfig,
  file: string,
  inputs: InputSpecs,
): Record<'tune' | 'tell', Component> {
  const step = (name: 'tune' | 'tell', own: InputSpecs, outputs: Record<string, 'STRUCT'>) =>
    tunerTask(config, {
      name,
      file,
      inputs,
      own,
      outputs,
      artifacts: { metrics: 'system.Metrics', report: 'system.Markdown', result: 'system.Artifact' },
      options: ({ artifacts, outputs: { best } }) => [
        '--report',
        artifacts['report']?.path ?? '',
        '--result',
        artifacts['result']?.path ?? '',
        ...(best === undefined ? [] : ['--best', best]),
      ],
    })
  return {
    tune: step('tune', {}, { best: 'STRUCT' }),
    tell: step('tell', { status: 'TASK_FINAL_STATUS' }, {}),
  }
}
