import type { ErrorDetails, TuneErrorCode } from '../errors/tune-error.ts'
import type { Decision, SuggestRequest } from '../samplers/sampler.ts'

/** To a worker thread: which sampler, and what is asked. */
export interface SuggestMessage {
  readonly sampler: string
  readonly options: Readonly<Record<string, unknown>>
  /** Where a sampler comes from that is not built in. */
  readonly module: string | undefined
  readonly request: SuggestRequest
}

/** From a worker thread. An error goes as data, since its class and fields do not survive the crossing. */
export type SuggestReply =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | {
      readonly kind: 'error'
      readonly code: TuneErrorCode
      readonly message: string
      readonly details: ErrorDetails
      readonly stack: string | undefined
    }
