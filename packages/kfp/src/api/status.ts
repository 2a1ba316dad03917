import type { JsonObject } from './json.ts'

/** `google.rpc.Status`: what went wrong, as a body of an error response and within resources. */
export interface Status {
  /** A gRPC status code: 3 invalid argument, 5 not found, 7 permission denied, 10 aborted, 16 unauthenticated. */
  readonly code?: number
  readonly message?: string
  readonly details?: readonly JsonObject[]
  /** The message once more, up to server 2.5. */
  readonly error?: string
}

/** The body of an error response of the two upload calls, which are not behind the gRPC gateway. */
export interface UploadError {
  readonly error_message?: string
  readonly error_details?: string
}
