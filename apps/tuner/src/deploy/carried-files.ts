import { readFile } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { ConfigError } from '../config/config-error.ts'
import { unreadable } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'

/** How much can travel as an argument, in bytes: Linux takes 128 KB, and the argument has more in it. */
const MOST_BYTES = 100_000

/**
 * The files that a tuner needs in its pod, as text by their paths in the folder of the study's file: that file, as the pod
 * reads it, and those that it names.
 *
 * @param name the name of the study's file.
 * @throws ConfigError: one is not there, lies elsewhere, is no text; all together are too large
 */
export async function carriedFiles(
  { objective, sampler, deploy, folderOfFile }: StudyConfig,
  name: string,
  text: string,
): Promise<Readonly<Record<string, string>>> {
  const { file, module } = objective.pipeline ?? {}
  const named = [
    ...(file === undefined ? [] : [['objective.pipeline.file', file]]),
    ...(module === undefined ? [] : [['objective.pipeline.module', module]]),
    ...('module' in sampler ? [['sampler.module', String(sampler.module)]] : []),
    ...deploy.files.map((each) => ['deploy.files', each]),
  ] as [key: string, path: string][]
  const files: Record<string, string> = {}
  for (const [key, path] of named) {
    const within = relative(folderOfFile, resolve(folderOfFile, path))
    if (within.startsWith('..') || isAbsolute(within))
      throw new ConfigError(`${key}: '${path}' must lie in the folder of the study's file to go along`)
    files[within] = await textOf(resolve(folderOfFile, within), `${key}: ${path}`)
  }
  files[name] = text
  const bytes = Buffer.byteLength(JSON.stringify(files))
  if (bytes > MOST_BYTES)
    throw new ConfigError(
      `the study's file and those that it needs have ${bytes} bytes, and no more than ${MOST_BYTES} can travel with a pipeline: upload the pipeline and use its name, or put the files into an image of your own`,
    )
  return files
}

async function textOf(path: string, shown: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(shown, error)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ConfigError(`${shown}: it is no text, so it cannot travel with a pipeline`, { cause })
  }
}
