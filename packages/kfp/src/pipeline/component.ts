import { TuneError } from '@tune/core'
import type { Container } from './container.ts'
import type { KubernetesOptions } from './kubernetes.ts'
import { checkKey, checkName } from './names.ts'
import type { InputSpecs, OutputSpecs } from './parameter.ts'

/** Artifacts that a component writes, by name: their schema, as in `system.Metrics`. */
export type ArtifactSpecs = Readonly<Record<string, string>>

/** Where a command line names what is known only when the task runs. */
export interface Placeholders<I extends InputSpecs, O extends OutputSpecs, A extends ArtifactSpecs> {
  /** The values of the inputs: text as it is, all else as JSON. */
  readonly inputs: { readonly [K in keyof I]: string }
  /** The files to write the outputs to. Each must be written, or the task fails. */
  readonly outputs: { readonly [K in keyof O]: string }
  /** Where each artifact goes: a file, and its address in the object store. */
  readonly artifacts: { readonly [K in keyof A]: { readonly path: string; readonly uri: string } }
  /** All of it as one JSON object, an {@link ExecutorInput}. */
  readonly executorInput: string
}

/** What a task runs: a container with typed inputs and outputs. */
export interface Component<
  I extends InputSpecs = InputSpecs,
  O extends OutputSpecs = OutputSpecs,
  A extends ArtifactSpecs = ArtifactSpecs,
> {
  readonly name: string
  readonly inputs: I
  readonly outputs: O
  readonly artifacts: A
  readonly container: Container
  readonly kubernetes: KubernetesOptions
}

export interface ComponentOptions<I extends InputSpecs, O extends OutputSpecs, A extends ArtifactSpecs> {
  /** Small letters, digits and hyphens; unique in a pipeline. */
  readonly name: string
  readonly inputs?: I
  readonly outputs?: O
  readonly artifacts?: A
  readonly container: (placeholders: Placeholders<I, O, A>) => Container
  readonly kubernetes?: KubernetesOptions
}

/**
 * Declares a component.
 *
 * @throws TuneError INVALID_ARGUMENT a name that Kubernetes would not take, or a placeholder where the server does
 * not replace it
 */
export function component<
  const I extends InputSpecs = Record<never, never>,
  const O extends OutputSpecs = Record<never, never>,
  const A extends ArtifactSpecs = Record<never, never>,
>(options: ComponentOptions<I, O, A>): Component<I, O, A> {
  const { name, inputs = {} as I, outputs = {} as O, artifacts = {} as A, kubernetes = {} } = options
  checkName('component', name)
  for (const key of [inputs, outputs, artifacts].flatMap((specs) => Object.keys(specs)))
    checkKey(`component '${name}'`, key)
  const container = options.container({
    inputs: mapKeys(inputs, (key) => `{{$.inputs.parameters['${key}']}}`),
    outputs: mapKeys(outputs, (key) => `{{$.outputs.parameters['${key}'].output_file}}`),
    artifacts: mapKeys(artifacts, (key) => ({
      path: `{{$.outputs.artifacts['${key}'].path}}`,
      uri: `{{$.outputs.artifacts['${key}'].uri}}`,
    })),
    executorInput: '{{$}}',
  })
  const program = container.command?.[0]
  if (program?.includes('{{$'))
    throw new TuneError(
      'INVALID_ARGUMENT',
      `component '${name}': command[0] is '${program}'; a placeholder may only follow the program's name`,
      { component: name, command: container.command },
    )
  return { name, inputs, outputs, artifacts, container, kubernetes }
}

function mapKeys<S extends object, T>(specs: S, value: (key: string) => T): { readonly [K in keyof S]: T } {
  return Object.fromEntries(Object.keys(specs).map((key) => [key, value(key)])) as { [K in keyof S]: T }
}
