import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type LocalImages, startLocalPipelines } from '@tune/kfp-local'
import { bold, dim, say } from '../text/output.ts'

export interface KfpLocalOptions {
  readonly port: number
  readonly metadataPort: number
  readonly folder: string
  readonly parallel?: number
  readonly image: readonly string[]
}

/** The simulator's command line, which stands for its image. */
const simulator = fileURLToPath(import.meta.resolve('@tune/sim-local/command-line'))

/** Serves Kubeflow Pipelines on this machine until it is interrupted. */
export async function serveKfpLocal({
  port,
  metadataPort,
  folder,
  parallel,
  image,
}: KfpLocalOptions): Promise<void> {
  const images: LocalImages = {
    'tune-sim:*': [process.execPath, simulator],
    ...Object.fromEntries(image.map(imageOf)),
  }
  const options = {
    images,
    folder,
    port,
    metadataPort,
    ...(parallel !== undefined && { parallelism: parallel }),
  }
  await using server = await startLocalPipelines(options)
  say(`Kubeflow Pipelines on this machine: ${bold(server.url)}, ML Metadata: ${bold(server.metadataUrl)}`)
  say(dim(`state and logs in ${folder}; images: ${Object.keys(images).join(', ')}; Ctrl-C ends it`))
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}

/** `name=command with words`: the words are split at spaces. */
function imageOf(text: string): readonly [string, readonly string[]] {
  const [name = '', command = ''] = text.split(/=(.*)/s)
  return [name, command.split(' ').filter((word) => word !== '')]
}
