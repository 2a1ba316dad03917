import { isTuneError } from '@tune/core'
import type { NewRun, PipelineTask, PipelineTaskPage, Run, RunPage } from '../api/index.ts'
import type { CallOptions } from './call-options.ts'
import { equals, type ListOptions } from './filter.ts'
import type { ApiRequest, Http } from './http.ts'
import { paginate } from './paging.ts'
import { act, create, get, list, path, ROOT, remove } from './resource.ts'

export interface ListRuns extends ListOptions {
  readonly experimentId?: string
  /** On a server with several users: whose. */
  readonly namespace?: string
}

export interface GetRun extends CallOptions {
  /** Whether the tasks come with the run, on servers that have the native task API. Default false. */
  readonly withTasks?: boolean
}

export interface CreateOnce extends CallOptions {
  /** Whether the caller knows that there is no run of this name, so that nobody looks. Default false. */
  readonly isNew?: boolean
}

export interface ReadLog extends CallOptions {
  /** Whether to go on until the container ends. Default false. */
  readonly follow?: boolean
}

/** The longest that a timer can wait, 24 days. */
const NO_LIMIT = 2_147_483_647

/** The executions of pipelines. Every method throws what {@link KfpClient} says. */
export class Runs {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /**
   * Starts a run. When no answer came, it may have started all the same: see {@link Runs.createOnce}.
   *
   * @throws TuneError KFP_REFUSED, or KFP_FAILED with some versions, for a specification the server does not take
   */
  create(run: NewRun, options?: CallOptions): Promise<Run> {
    return create(this.#http, `${ROOT}/runs`, run, options)
  }

  /**
   * Starts a run unless its experiment has one of this name already, which is then the result: the oldest, of
   * several. When the answer is lost, it looks whether the run is there, and never asks for it twice; called again,
   * it looks first. Two callers at the same moment still make two runs: the name is the caller's own.
   */
  async createOnce(run: NewRun, { isNew = false, ...options }: CreateOnce = {}): Promise<Run> {
    const before = isNew ? undefined : await this.find(run.display_name, run.experiment_id, options)
    if (before !== undefined) return before
    try {
      return await this.create(run, options)
    } catch (error) {
      if (
        !isTuneError(error, 'KFP_UNAVAILABLE', 'KFP_TIMEOUT', 'KFP_FAILED') ||
        error.details['neverSent'] === true
      )
        throw error
      return this.#waitFor(run, error, options)
    }
  }

  get(id: string, { withTasks = false, ...options }: GetRun = {}): Promise<Run> {
    return get(this.#http, path`/runs/${id}`, withTasks ? { view: 'FULL' } : undefined, options)
  }

  /** The oldest run of this name, if there is one; in all experiments unless one is given. */
  async find(name: string, experimentId?: string, options?: CallOptions): Promise<Run | undefined> {
    const query = {
      predicates: [equals('display_name', name)],
      ...(experimentId !== undefined && { experimentId }),
    }
    for await (const run of this.list(query, options)) return run
    return undefined
  }

  list({ experimentId, namespace, ...of }: ListRuns = {}, options?: CallOptions): AsyncGenerator<Run, void> {
    const query = { experiment_id: experimentId, namespace }
    return list(this.#http, `${ROOT}/runs`, query, of, (page: RunPage) => page.runs, options)
  }

  /** The tasks of a run with their inputs and outputs, on servers that have the native task API. */
  tasks(id: string, options?: CallOptions): AsyncGenerator<PipelineTask, void> {
    const where = path`/runs/${id}/tasks`
    const read = (pageToken: string | undefined): Promise<PipelineTaskPage> =>
      get(this.#http, where, { page_size: 100, page_token: pageToken }, options)
    return paginate(read, (page) => page.tasks)
  }

  /**
   * Asks a run to stop. It is `CANCELING` for a while and ends `FAILED` or `CANCELED`.
   *
   * @throws TuneError KFP_REFUSED for a run that is over
   */
  terminate(id: string, options?: CallOptions): Promise<void> {
    return act(this.#http, path`/runs/${id}:terminate`, options)
  }

  /**
   * Runs the failed tasks of a finished run again, as the same run.
   *
   * @throws TuneError KFP_REFUSED for a run that is not over
   */
  async retry(id: string, options?: CallOptions): Promise<void> {
    await this.#http.json({ method: 'POST', path: path`/runs/${id}:retry`, repeatable: false }, options)
  }

  /** Puts a run aside. */
  archive(id: string, options?: CallOptions): Promise<void> {
    return act(this.#http, path`/runs/${id}:archive`, options)
  }

  unarchive(id: string, options?: CallOptions): Promise<void> {
    return act(this.#http, path`/runs/${id}:unarchive`, options)
  }

  /** Deletes a run, stopping it if need be. One that is not there counts as deleted. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return remove(this.#http, path`/runs/${id}`, undefined, options)
  }

  /** What a pod of a run printed, in pieces of any length: of the pod itself, or once it is gone, of its archive. */
  log(
    id: string,
    podName: string,
    { follow = false, ...options }: ReadLog = {},
  ): AsyncGenerator<string, void> {
    const where = `/apis/v1alpha1/runs/${encodeURIComponent(id)}/nodes/${encodeURIComponent(podName)}/log`
    // The server does not even begin to answer before the pod prints something.
    const request: ApiRequest = {
      method: 'GET',
      path: where,
      ...(follow && { query: { follow } }),
      repeatable: true,
    }
    return this.#http.text(request, { ...(follow && { timeoutMs: NO_LIMIT }), ...options })
  }

  /** Looks for a run whose creation was not answered, for as long as a request may be on its way. */
  #waitFor(run: NewRun, failure: unknown, options: CallOptions): Promise<Run> {
    const look = async () => {
      const made = await this.find(run.display_name, run.experiment_id, options).catch(() => undefined)
      if (made === undefined) throw failure
      return made
    }
    return this.#http.repeat(look, options.signal)
  }
}
