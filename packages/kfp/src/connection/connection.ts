import type { Dispatcher } from 'undici'

/** What a request carries so that the server knows who asks. */
export interface Authorization {
  /** Secret: no value of these ever reaches an error or a log. */
  readonly headers: Readonly<Record<string, string>>
  /** How connections are made where more than the address says how: certificates, a proxy. */
  readonly dispatcher?: Dispatcher
}

/** Who asks. */
export interface Credentials {
  /**
   * Called for every request.
   *
   * @param renew whether what was given last has just been refused, so that nothing kept in memory will do
   * @throws TuneError KFP_CONNECTION
   */
  authorize(renew: boolean, signal?: AbortSignal): Promise<Authorization>
}

/** Where a server is, and who asks. */
export interface Connection {
  /** What the paths of the API follow, without a slash at its end: `http://ml-pipeline.kubeflow:8888`. */
  readonly baseUrl: string
  /** Where headers meet, the later ones count. */
  readonly credentials: readonly Credentials[]
  /** Where ML Metadata may be, which servers up to 2.18 keep outputs in, the likeliest first. Default: unknown. */
  readonly metadata?: readonly Connection[]
}
