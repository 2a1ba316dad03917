import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExecutorInput, JsonValue } from '@tune/kfp/api'
import { parseDocument } from 'yaml'
import { ConfigError } from '../config/config-error.ts'
import { parseConfig } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { inputKeys } from '../deploy/pipeline-inputs.ts'
import { linkTo } from '../objective/pipeline/open-kfp.ts'

/** A task of the tuner's pipeline, in its pod. */
export interface DeployedTask {
  readonly config: StudyConfig
  /** The run that it is a task of. */
  readonly run: string
  /** Where people see that run. */
  readonly url: string | undefined
  readonly input: ExecutorInput
}

/**
 * Lays out what the task was given: the study's file, with what somebody changed in the user interface, and the files
 * that it names.
 *
 * @param text the input of the task as JSON.
 * @param name the name of the study's file.
 * @throws ConfigError
 */
export async function deployedTask(text: string, name: string): Promise<DeployedTask> {
  const input = inputOf(text)
  const { files, run, ...values } = input.inputs?.parameterValues ?? {}
  const { [name]: file, ...others } = (files ?? {}) as Readonly<Record<string, string>>
  if (file === undefined || typeof run !== 'string')
    throw new ConfigError(
      'the input of the task names no file and no run: tuner deploy makes what this command is for',
    )
  const folder = await mkdtemp(join(tmpdir(), 'tuner-'))
  for (const [path, content] of Object.entries(others)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const config = parseConfig(withValues(file, values), join(folder, name))
  const { ui } = config.kfp
  return { config, run, url: ui === undefined ? undefined : linkTo(ui, run), input }
}

function inputOf(text: string): ExecutorInput {
  try {
    return JSON.parse(text) as ExecutorInput
  } catch (cause) {
    throw new ConfigError('the input of the task is no JSON: tuner deploy makes what this command is for', {
      cause,
    })
  }
}

/** The file, with the values of inputs in their places. */
function withValues(file: string, values: Readonly<Record<string, JsonValue>>): string {
  const document = parseDocument(file, { merge: true })
  const { deploy } = document.toJS() as { readonly deploy?: { readonly inputs?: readonly string[] } }
  for (const [name, path] of Object.entries(inputKeys(deploy?.inputs ?? []))) {
    const value = values[name]
    if (value !== undefined) document.setIn(path, document.createNode(value))
  }
  return document.toString({ lineWidth: 0 })
}
