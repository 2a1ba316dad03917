import {
  type Component,
  component,
  type InputSpecs,
  type Pipeline,
  pipeline,
  type RetryOptions,
  RUN_ID,
} from '@tune/kfp'
import type { JsonValue } from '@tune/kfp/api'
import type { StudyConfig } from '../config/study-config.ts'
import { podSettings } from '../objective/pipeline/pod-settings.ts'
import { pipelineInputs } from './pipeline-inputs.ts'

/** What a tuner is deployed with. */
export interface Deployment {
  /** The name of the study's file. */
  readonly file: string
  /** That file and those that it names, by their paths in its folder. */
  readonly files: Readonly<Record<string, string>>
  /** Whether the tuner is started by its schedule. Default: by a person. */
  readonly isScheduled?: boolean
}

/** By which a network policy knows the tuner. */
const LABELS = { 'app.kubernetes.io/name': 'tuner' }
/** Small: what it waits for runs elsewhere. */
const RESOURCES = { requests: { cpu: '250m', memory: '512Mi' } }
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
    files: { type: 'STRUCT', default: files as Readonly<Record<string, JsonValue>> },
    ...pipelineInputs(config),
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
  { deploy }: StudyConfig,
  file: string,
  inputs: InputSpecs,
): Record<'tune' | 'tell', Component> {
  const { image, pods } = deploy
  const { container, kubernetes } = podSettings({
    resources: RESOURCES,
    ...pods,
    labels: { ...LABELS, ...pods?.labels },
  })
  const given: InputSpecs = Object.fromEntries(
    Object.entries(inputs).map(([key, spec]) => [key, typeof spec === 'string' ? spec : spec.type]),
  )
  const artifacts = { metrics: 'system.Metrics', report: 'system.Markdown', result: 'system.Artifact' }
  const step = (name: 'tune' | 'tell', own: InputSpecs, outputs: Record<string, 'STRUCT'>) =>
    component({
      name,
      inputs: { ...given, run: 'STRING', ...own },
      outputs,
      artifacts,
      container: (place) => ({
        image,
        command: ['tuner'],
        args: [
          'deployed',
          name,
          place.executorInput,
          '--file',
          file,
          '--report',
          place.artifacts.report.path,
          '--result',
          place.artifacts.result.path,
          ...Object.values(place.outputs).flatMap((path) => ['--best', path]),
        ],
        ...container,
      }),
      kubernetes,
    }) as unknown as Component
  return {
    tune: step('tune', {}, { best: 'STRUCT' }),
    tell: step('tell', { status: 'TASK_FINAL_STATUS' }, {}),
  }
}
