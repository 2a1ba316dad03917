/** How one call is made. */
export interface CallOptions {
  /** Gives the call up. It then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** How long each attempt may take, in milliseconds, in place of the client's own limit. */
  readonly timeoutMs?: number
}
