import { TuneError } from '@tune/core'
import type { Connection, Credentials } from './connection.ts'

/**
 * A server at a URL, with the path under which a gateway shows it, if any: `https://kubeflow.example.org/pipeline`.
 *
 * @throws TuneError INVALID_ARGUMENT what is no URL, or has a password in it
 */
export function urlConnection(url: string, ...credentials: readonly Credentials[]): Connection {
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    const example = 'http://ml-pipeline.kubeflow:8888'
    throw new TuneError('INVALID_ARGUMENT', `Kubeflow Pipelines URL: it must be like ${example}`)
  }
  if (parsed.username !== '' || parsed.password !== '')
    throw new TuneError(
      'INVALID_ARGUMENT',
      `Kubeflow Pipelines URL for ${parsed.host}: it must not hold a user or password; give these as credentials`,
    )
  return { baseUrl: parsed.origin + parsed.pathname.replace(/\/+$/, ''), credentials }
}
