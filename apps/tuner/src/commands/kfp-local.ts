import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { type Entries, type LocalImages, startLocalPipelines } from '@tune/kfp-local'
import { ConfigError } from '../config/config-error.ts'
import { bold, dim, say } from '../text/output.ts'

export interface KfpLocalOptions {
  readonly port: number
  readonly metadataPort: number
  readonly folder: string
  readonly parallel?: number
  readonly image: readonly string[]
  readonly secret: readonly string[]
  readonly configMap: readonly string[]
}

const main = new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url)

/** The programs of the image that this version is released as. */
const programs = {
  tuner: [process.execPath, fileURLToPath(main)],
  'tune-sim': [process.execPath, fileURLToPath(import.meta.resolve('@tune/sim-local/command-line'))],
}

/** Serves Kubeflow Pipelines on this machine until it is interrupted. */
export async function serveKfpLocal({
  port,
  metadataPort,
  folder,
  parallel,
  image,
  secret,
  configMap,
}: KfpLocalOptions): Promise<void> {
  const images: LocalImages = {
    'tune:*': programs,
    ...Object.fromEntries(image.map(imageOf)),
  }
  const options = {
    images,
    folder,
    port,
    metadataPort,
    secrets: await entriesOf('--secret', secret),
    configMaps: await entriesOf('--config-map', configMap),
    ...(parallel !== undefined && { parallelism: parallel }),
  }
  await using server = await startLocalPipelines(options)
  say(`Kubeflow Pipelines on this machine: ${bold(server.url)}, ML Metadata: ${bold(server.metadataUrl)}`)
  say(dim(`state and logs in ${folder}; images: ${Object.keys(images).join(', ')}; Ctrl-C ends it`))
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}

/** By name, what the file of each `name=file` holds: lines as `KEY=value`. @throws ConfigError */
async function entriesOf(
  option: string,
  texts: readonly string[],
): Promise<Readonly<Record<string, Entries>>> {
  const named: Record<string, Entries> = {}
  for (const text of texts) {
    const [name = '', file = ''] = text.split(/=(.*)/s)
    if (name === '' || file === '')
      throw new ConfigError(
        `${option} must be name=file, where the file has lines KEY=value, but is '${text}'`,
      )
    try {
      named[name] = parseEnv(await readFile(file, 'utf8')) as Entries
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      throw new ConfigError(`${option} ${name}: the file '${file}' cannot be read (${code})`, { cause })
    }
  }
  return named
}

/** `name=command with words`: the words are split at spaces. */
function imageOf(text: string): readonly [string, readonly string[]] {
  const [name = '', command = ''] = text.split(/=(.*)/s)
  return [name, command.split(' ').filter((word) => word !== '')]
}
