/** What can go wrong with a request: the names of `google.rpc.Code`, with its number and the status of HTTP. */
const CODES = {
  INVALID_ARGUMENT: [3, 400],
  NOT_FOUND: [5, 404],
  ALREADY_EXISTS: [6, 409],
  PERMISSION_DENIED: [7, 403],
  FAILED_PRECONDITION: [9, 400],
  ABORTED: [10, 409],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  UNAUTHENTICATED: [16, 401],
} as const

export type ApiErrorCode = keyof typeof CODES

/** A request that cannot be met. Its message is one line, and is what the caller is told. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode

  constructor(code: ApiErrorCode, message: string) {
    super(message)
    this.code = code
  }

  get status(): (typeof CODES)[ApiErrorCode][1] {
    return CODES[this.code][1]
  }

  /** The body of the answer, as the gateway of Kubeflow Pipelines writes it. */
  get body(): object {
    const code = CODES[this.code][0]
    const { message } = this
    return { code, message, details: [{ '@type': 'type.googleapis.com/google.rpc.Status', code, message }] }
  }
}
