import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExecutorInput, JsonValue } from '@tune/kfp/api'
import { parseDocument } from 'yaml'
import { ConfigError } from '../config/config-error.ts'
import { DATE_VARIABLES } from '../config/date-variables.ts'
import { variablesIn } from '../config/environment.ts'
import { parseConfig } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { inputKeys } from '../deploy/pipeline-inputs.ts'
import { linkTo } from '../objective/pipeline/open-kfp.ts'
import { setInstances } from '../schedule/rolling-instances.ts'

/** A task of the tuner's pipeline, in its pod. */
export interface DeployedTask {
  readonly config: StudyConfig
  /** The run that it is a task of. */
  readonly run: string
  /** Where people see that run. */
  readonly url: string | undefined
  readonly input: ExecutorInput
  /** Whether the file says something else every day. */
  readonly isDated: boolean
  /** Why it was started, where it belongs to a schedule. */
  readonly tick: 'scheduled' | 'now' | undefined
  /** Writes the files that the study's file names, where it looks for them. */
  readonly layOut: () => Promise<void>
}

/**
 * Reads what the task was given: the study's file, with what somebody changed in the user interface.
 *
 * @param text the input of the task as JSON.
 * @param name the name of the study's file.
 * @param instances in the place of those of the file. Default: those.
 * @param at the moment of its dates, in milliseconds since 1970. Default: now.
 * @throws ConfigError
 */
export function deployedTask(
  text: string,
  name: string,
  at?: number,
  instances?: readonly string[],
): DeployedTask {
  const input = inputOf(text)
  const { files, run, tick, ...values } = input.inputs?.parameterValues ?? {}
  const { [name]: file, ...others } = (files ?? {}) as Readonly<Record<string, string>>
  if (file === undefined || typeof run !== 'string')
    throw new ConfigError(
      'the input of the task names no file and no run: tuner deploy makes what this command is for',
    )
  const folder = join(tmpdir(), `tuner-${run}`)
  const config = parseConfig(withValues(file, values, instances), join(folder, name), process.env, at)
  const { ui } = config.kfp
  const url = ui === undefined ? undefined : linkTo(ui, run)
  const cause = tick === 'now' || tick === 'scheduled' ? tick : undefined
  const isDated = variablesIn(file).some((each) => DATE_VARIABLES.includes(each))
  return { config, run, url, input, isDated, tick: cause, layOut: () => layOut(folder, others) }
}

async function layOut(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
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
function withValues(
  file: string,
  values: Readonly<Record<string, JsonValue>>,
  instances: readonly string[] | undefined,
): string {
  const document = parseDocument(file, { merge: true })
  const { deploy } = document.toJS() as { readonly deploy?: { readonly inputs?: readonly string[] } }
  for (const [name, path] of Object.entries(inputKeys(deploy?.inputs ?? []))) {
    const value = values[name]
    if (value !== undefined) document.setIn(path, document.createNode(value))
  }
  if (instances !== undefined) setInstances(document, instances)
  return document.toString({ lineWidth: 0 })
}
