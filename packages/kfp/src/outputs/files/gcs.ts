import { TuneError } from '@tune/core'
import type { GoogleAuth } from 'google-auth-library'
import { fetch, type Response } from 'undici'
import { bucketOf, type FileStore, storeError } from './file-store.ts'

const GOOGLE = 'https://storage.googleapis.com'
const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only'

export interface GcsOptions {
  /** A server that speaks the same protocol and asks for no credentials. Default: Google's. */
  readonly endpoint?: string
}

/**
 * Files in Google Cloud Storage, read as whoever this process is there: its service account, or whom `gcloud` knows. Needs
 * the package `google-auth-library`, which is loaded when it is first used.
 */
export function gcsFiles({ endpoint }: GcsOptions = {}): FileStore {
  let auth: GoogleAuth | undefined
  const authorization = async (url: string): Promise<Headers> => {
    if (endpoint !== undefined) return new Headers()
    const { GoogleAuth: Auth } = await import('google-auth-library')
    auth ??= new Auth({ scopes: [SCOPE] })
    return auth.getRequestHeaders(url).catch(() => {
      // Without its cause, which may quote a key.
      throw new TuneError('KFP_CONNECTION', `file ${url}: there are no credentials for Google Cloud`, { url })
    })
  }
  return {
    read: async (url, signal) => {
      const { bucket, key } = bucketOf(url)
      const address = `${endpoint ?? GOOGLE}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}?alt=media`
      const headers = Object.fromEntries(await authorization(url))
      let answer: Response
      try {
        answer = await fetch(address, { headers, ...(signal && { signal }) })
      } catch {
        signal?.throwIfAborted()
        throw storeError(url, undefined, 'nothing answers')
      }
      const text = await answer.text()
      if (answer.ok) return text
      if (answer.status === 404 && !/bucket does not exist/i.test(text)) return undefined
      throw storeError(url, answer.status, answer.status === 404 ? 'NoSuchBucket' : answer.statusText)
    },
  }
}
