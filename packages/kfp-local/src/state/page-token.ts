import { ApiError } from '../api/api-error.ts'

/** Where the next page begins, opaque to the caller. */
export function encodePageToken(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url')
}

/** @throws ApiError INVALID_ARGUMENT */
export function decodePageToken(token: string): number {
  const offset = /^offset:(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (offset === undefined) throw new ApiError('INVALID_ARGUMENT', `page_token '${token}' is not one of mine`)
  return Number(offset)
}
