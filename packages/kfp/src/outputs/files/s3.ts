import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { bucketOf, type FileStore, storeError } from './file-store.ts'

export interface S3Options {
  /** Where it is. Default: Amazon's. */
  readonly endpoint?: string
  /** Default: that of the environment, else us-east-1. */
  readonly region?: string
  /** Default: those of the environment, a profile, or the service account of the pod. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/**
 * Files in S3, and in what speaks its protocol, such as MinIO. Needs the package `@aws-sdk/client-s3`, which is loaded
 * when it is first used.
 */
export function s3Files({ endpoint, region, credentials }: S3Options = {}): FileStore {
  const config: S3ClientConfig = {
    region: region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    // Other servers have no host for each bucket.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
  }
  const library = once(() => import('@aws-sdk/client-s3'))
  const client = once(async () => new (await library()).S3Client(config))
  return {
    read: async (url, signal) => {
      const { bucket, key } = bucketOf(url)
      const { GetObjectCommand } = await library()
      const command = new GetObjectCommand({ Bucket: bucket, Key: key })
      try {
        const { Body } = await (await client()).send(command, signal && { abortSignal: signal })
        return await Body?.transformToString()
      } catch (error) {
        signal?.throwIfAborted()
        const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
        if (name === 'NoSuchKey') return undefined
        throw storeError(url, $metadata?.httpStatusCode, name ?? 'unknown')
      }
    },
  }
}

/** What is made when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
