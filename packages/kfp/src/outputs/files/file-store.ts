import { TuneError } from '@tune/core'

/** Where result files of runs are read. */
export interface FileStore {
  /**
   * What is in a file; `undefined` where there is none.
   *
   * @param url `s3://bucket/key` or `gs://bucket/key`.
   * @throws TuneError where it cannot be read
   */
  read(url: string, signal?: AbortSignal): Promise<string | undefined>
}

/** A bucket and what is in it. @throws TuneError INVALID_ARGUMENT it is no such URL */
export function bucketOf(url: string): {
  readonly scheme: string
  readonly bucket: string
  readonly key: string
} {
  const [, scheme, bucket, key] = /^(s3|gs):\/\/([^/]+)\/(.+)$/.exec(url) ?? []
  if (scheme !== undefined && bucket !== undefined && key !== undefined) return { scheme, bucket, key }
  throw new TuneError(
    'INVALID_ARGUMENT',
    `file '${url}': it must be like s3://bucket/key or gs://bucket/key`,
    { url },
  )
}

/**
 * What a failed reading means. What a store says may hold credentials: only the kind of the failure is told.
 *
 * @param status of HTTP, where there was an answer.
 */
export function storeError(url: string, status: number | undefined, kind: string): TuneError {
  const code =
    status === undefined || status === 429 || status >= 500
      ? 'KFP_UNAVAILABLE'
      : status === 401
        ? 'KFP_UNAUTHENTICATED'
        : status === 403
          ? 'KFP_FORBIDDEN'
          : 'KFP_FAILED'
  return new TuneError(code, `file ${url}: ${status ?? 'no answer'} (${kind})`, { url, status })
}
