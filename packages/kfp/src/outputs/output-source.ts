import { isTuneError, TuneError } from '@tune/core'
import type { KfpClient } from '../client/kfp-client.ts'
import type { Connection } from '../connection/connection.ts'
import { metadataStore } from './metadata/metadata-store.ts'
import { nativeTasks } from './native-tasks.ts'
import type { OutputSource } from './task-outputs.ts'

/**
 * Where the outputs of a server's runs can be read: from the server itself, or from ML Metadata at the first of these
 * addresses that answers.
 *
 * @throws TuneError KFP_OUTPUTS where there is none, which says what was tried
 */
export async function outputSource(
  client: KfpClient,
  addresses: readonly Connection[],
  signal?: AbortSignal,
): Promise<OutputSource> {
  const { nativeTasks: isNative, version = 'unknown' } = await client.server(signal && { signal })
  if (isNative) return nativeTasks(client)
  const failures: string[] = []
  for (const address of addresses) {
    const source = metadataStore(address, { retries: 1 })
    try {
      await source.check(signal)
      return metadataStore(address)
    } catch (error) {
      if (!isTuneError(error)) throw error
      failures.push(error.message)
    }
  }
  throw new TuneError(
    'KFP_OUTPUTS',
    `outputs of runs cannot be read: the server, version ${version}, keeps them in ML Metadata, which was not found (${failures.join('; ')}); say where it is, as http://metadata-envoy-service.kubeflow:9090`,
    { server: version, tried: addresses.map(({ baseUrl }) => baseUrl) },
  )
}
