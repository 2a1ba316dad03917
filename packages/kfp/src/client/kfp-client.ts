import type { Healthz } from '../api/index.ts'
import type { Connection } from '../connection/connection.ts'
import type { CallOptions } from './call-options.ts'
import { Experiments } from './experiments.ts'
import { Http, type HttpOptions } from './http.ts'
import { Pipelines } from './pipelines.ts'
import { RecurringRuns } from './recurring-runs.ts'
import { get, ROOT } from './resource.ts'
import { Runs } from './runs.ts'
import { probeServer, type ServerInfo } from './server-info.ts'

/**
 * A client of the REST API of Kubeflow Pipelines, v2beta1. Requests that may reach the server twice are sent again
 * when it does not answer; what creates something is not.
 *
 * Every call can throw a TuneError:
 *
 * | code | meaning |
 * |---|---|
 * | KFP_CONNECTION | credentials cannot be had, or the server's certificate is not trusted |
 * | KFP_UNAUTHENTICATED | the server, or a gateway before it, does not know the caller |
 * | KFP_FORBIDDEN | the caller may not do this |
 * | KFP_NOT_FOUND | there is no such thing |
 * | KFP_CONFLICT | it is there already, or in a state that does not allow this |
 * | KFP_REFUSED | the request is not valid |
 * | KFP_UNAVAILABLE | nothing answers, or asks to come back later |
 * | KFP_TIMEOUT | no answer in time |
 * | KFP_FAILED | the server failed, or answered what is no answer of this API |
 *
 * A call that is given up by its signal rejects with the signal's reason.
 */
export class KfpClient {
  readonly experiments: Experiments
  readonly pipelines: Pipelines
  readonly runs: Runs
  readonly recurringRuns: RecurringRuns
  readonly #http: Http
  #server: Promise<ServerInfo> | undefined

  constructor(connection: Connection, options: HttpOptions = {}) {
    this.#http = new Http(connection, options)
    this.experiments = new Experiments(this.#http)
    this.pipelines = new Pipelines(this.#http)
    this.runs = new Runs(this.#http)
    this.recurringRuns = new RecurringRuns(this.#http)
  }

  healthz(options?: CallOptions): Promise<Healthz> {
    return get(this.#http, `${ROOT}/healthz`, undefined, options)
  }

  /** What the server is and can do. It is asked until it has answered once, and by many callers at a time only once. */
  async server({ signal }: Pick<CallOptions, 'signal'> = {}): Promise<ServerInfo> {
    this.#server ??= probeServer(this.#http).catch((error: unknown) => {
      this.#server = undefined
      throw error
    })
    return signal === undefined ? this.#server : givenUp(this.#server, signal)
  }
}

/** What comes of something that others wait for too, unless this signal aborts. */
function givenUp<T>(coming: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    coming.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
