import { type Component, component, type InputSpecs, type OutputSpecs, type Placeholders } from '@tune/kfp'
import type { StudyConfig } from '../config/study-config.ts'
import { podSettings } from '../objective/pipeline/pod-settings.ts'

/** By which a network policy knows the tuner. */
const LABELS = { 'app.kubernetes.io/name': 'tuner' }
/** Small: what it waits for runs elsewhere. */
const RESOURCES = { requests: { cpu: '250m', memory: '512Mi' } }

/** What `tuner deployed` does in a pod. */
export interface TunerTask {
  readonly name: 'tune' | 'tell' | 'doctor'
  /** The name of the study's file. */
  readonly file: string
  /** The inputs of the pipeline, which the task has too. */
  readonly inputs: InputSpecs
  /** Inputs of its own. */
  readonly own?: InputSpecs
  readonly outputs?: OutputSpecs
  readonly artifacts?: Readonly<Record<string, string>>
  /** Further options of its command line. */
  readonly options: (
    places: Placeholders<InputSpecs, OutputSpecs, Readonly<Record<string, string>>>,
  ) => readonly string[]
}

/** A task whose program is the tuner. */
export function tunerTask(
  { deploy }: StudyConfig,
  { name, file, inputs, own = {}, outputs = {}, artifacts = {}, options }: TunerTask,
): Component {
  const { container, kubernetes } = podSettings({
    resources: RESOURCES,
    ...deploy.pods,
    labels: { ...LABELS, ...deploy.pods?.labels },
  })
  const given: InputSpecs = Object.fromEntries(
    Object.entries(inputs).map(([key, spec]) => [key, typeof spec === 'string' ? spec : spec.type]),
  )
  return component<InputSpecs, OutputSpecs, Readonly<Record<string, string>>>({
    name,
    inputs: { ...given, run: 'STRING', ...own },
    outputs,
    artifacts,
    container: (places) => ({
      image: deploy.image,
      command: ['tuner'],
      args: ['deployed', name, places.executorInput, '--file', file, ...options(places)],
      ...container,
    }),
    kubernetes,
  })
}
