import { writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { pipelineInterface } from '@tune/kfp'
import { ConfigError } from '../config/config-error.ts'
import { kfp } from '../objective/pipeline/kfp-config.ts'
import { openKfp } from '../objective/pipeline/open-kfp.ts'
import { pipelineInFile, pipelineOnServer } from '../objective/pipeline/pipeline-source.ts'
import { bold, say } from '../text/output.ts'
import { studyText } from './init-text.ts'

export interface InitOptions {
  /** A compiled pipeline. */
  readonly pipeline?: string
  /** The name of a pipeline that the server has. */
  readonly pipelineName?: string
  /** Where the server is. Default: that of every file. */
  readonly endpoint?: string
  /** The file to write. */
  readonly output: string
}

/**
 * Writes a study's file for a pipeline, with comments on what to choose.
 *
 * @throws ConfigError: there is no such pipeline, or such a file already
 */
export async function init({
  pipeline: file,
  pipelineName: name,
  endpoint,
  output,
}: InitOptions): Promise<void> {
  if ((file === undefined) === (name === undefined))
    throw new ConfigError('init: it must be one of --pipeline FILE and --pipeline-name NAME')
  const where = endpoint === undefined ? {} : { endpoint }
  const source =
    file === undefined
      ? await pipelineOnServer((await openKfp(kfp.parse(where))).client, name as string)
      : await pipelineInFile(file, file)
  const named = file === undefined ? { name: name as string } : { file: relative(dirname(output), file) }
  const text = studyText(pipelineInterface(source.source), named, where)
  await writeFile(output, text, { flag: 'wx' }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'there is such a file already' : `the file cannot be written (${code})`
    throw new ConfigError(`${output}: ${why}`, { cause: error })
  })
  say(`Wrote ${bold(output)}. Look through it, then: tuner try ${output}`)
}
