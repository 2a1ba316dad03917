import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type {
  ArtifactList,
  ComponentSpec,
  ContainerSpec,
  ExecutorInput,
  ExecutorOutput,
  JsonValue,
  ParameterType,
} from '@tune/kfp/api'
import { findImage, type LocalCommand, type LocalImages, programOf } from './images.ts'
import type { Io } from './io.ts'
import { fillArguments } from './placeholders.ts'
import { runProcess } from './run-process.ts'

/** One attempt of a task. */
export interface Attempt {
  readonly container: ContainerSpec
  readonly component: ComponentSpec
  readonly inputs: Io
  /** Of this attempt alone: for its outputs. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string>>
  readonly log: LocalCommand['log']
}

/**
 * Does what a pod does around its container on a cluster: hands the inputs over, runs the container, reads its outputs.
 *
 * @throws Error the image is not known, the command failed, an output is missing or of the wrong type
 */
export async function runContainer(attempt: Attempt, images: LocalImages): Promise<Io> {
  const { container, folder, signal, log, env } = attempt
  const image = findImage(images, container.image)
  const input = await executorInput(attempt)
  const command = container.command ?? []
  const args = fillArguments(container.args ?? [], input)
  const given = fillArguments(command, input)
  if (typeof image === 'function') await image({ argv: [...given, ...args], env, signal, log })
  else {
    await runProcess({ argv: [...programOf(image, given), ...args], env, signal, log }, folder)
  }
  return outputsOf(attempt.component, input)
}

async function executorInput({ component, inputs, folder }: Attempt): Promise<ExecutorInput> {
  const { parameters = {}, artifacts = {} } = component.outputDefinitions ?? {}
  const parameterFile = (name: string) => join(folder, 'outputs', 'parameters', name)
  const lists: Record<string, ArtifactList> = {}
  for (const [name, { artifactType }] of Object.entries(artifacts)) {
    const uri = join(folder, 'outputs', 'artifacts', name)
    lists[name] = { artifacts: [{ name, type: artifactType, uri, metadata: {} }] }
  }
  const outputFile = join(folder, 'outputs', 'executor_output.json')
  for (const path of [parameterFile('x'), join(folder, 'outputs', 'artifacts', 'x')])
    await mkdir(dirname(path), { recursive: true })
  return {
    inputs: {
      parameterValues: inputs.parameters,
      artifacts: Object.fromEntries(
        Object.entries(inputs.artifacts).map(([name, each]) => [name, { artifacts: each }]),
      ),
    },
    outputs: {
      parameters: Object.fromEntries(
        Object.keys(parameters).map((name) => [name, { outputFile: parameterFile(name) }]),
      ),
      artifacts: lists,
      outputFile,
    },
  }
}

async function outputsOf({ outputDefinitions }: ComponentSpec, { outputs }: ExecutorInput): Promise<Io> {
  const said = await executorOutput(outputs?.outputFile ?? '')
  const parameters: Record<string, JsonValue> = {}
  for (const [name, { parameterType }] of Object.entries(outputDefinitions?.parameters ?? {})) {
    const file = outputs?.parameters?.[name]?.outputFile ?? ''
    parameters[name] = said.parameterValues?.[name] ?? (await parameterFrom(file, name, parameterType))
  }
  const artifacts = Object.fromEntries(
    Object.entries(outputs?.artifacts ?? {}).map(([name, list]) => [
      name,
      (said.artifacts?.[name]?.artifacts ?? list.artifacts ?? []).map((each) => ({
        ...list.artifacts?.[0],
        ...each,
      })),
    ]),
  )
  return { parameters, artifacts }
}

async function executorOutput(path: string): Promise<ExecutorOutput> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? {} : (JSON.parse(text) as ExecutorOutput)
}

async function parameterFrom(path: string, name: string, type: ParameterType): Promise<JsonValue> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`the output parameter '${name}' was not written`)
  })
  if (type === 'STRING') return text
  const value = parse(text.trim())
  const isRight = {
    NUMBER_DOUBLE: typeof value === 'number',
    NUMBER_INTEGER: Number.isInteger(value),
    BOOLEAN: typeof value === 'boolean',
    LIST: Array.isArray(value),
    STRUCT: typeof value === 'object' && value !== null && !Array.isArray(value),
    TASK_FINAL_STATUS: false,
  }[type]
  if (!isRight)
    throw new Error(`the output parameter '${name}' is '${text.slice(0, 100)}', which is no ${type}`)
  return value as JsonValue
}

function parse(text: string): JsonValue | undefined {
  // Python's spelling, which the launcher takes too.
  if (text === 'True' || text === 'False') return text === 'True'
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
