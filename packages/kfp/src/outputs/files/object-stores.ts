import { bucketOf, type FileStore } from './file-store.ts'
import { type GcsOptions, gcsFiles } from './gcs.ts'
import { type S3Options, s3Files } from './s3.ts'

export interface ObjectStoreOptions {
  readonly s3?: S3Options
  readonly gcs?: GcsOptions
}

/** Files of `s3://` and `gs://`. */
export function objectStores({ s3, gcs }: ObjectStoreOptions = {}): FileStore {
  const stores: Readonly<Record<string, FileStore>> = { s3: s3Files(s3), gs: gcsFiles(gcs) }
  return { read: async (url, signal) => (stores[bucketOf(url).scheme] as FileStore).read(url, signal) }
}
