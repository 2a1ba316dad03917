import { TuneError } from '@tune/core'
import type { NewRecurringRun, RecurringRun, RecurringRunPage } from '../api/index.ts'
import type { CallOptions } from './call-options.ts'
import type { ListOptions } from './filter.ts'
import type { Http } from './http.ts'
import { act, create, get, list, path, ROOT, remove } from './resource.ts'

export interface ListRecurringRuns extends ListOptions {
  readonly experimentId?: string
  /** On a server with several users: whose. */
  readonly namespace?: string
}

/** Pipelines that the server runs by the clock. Every method throws what {@link KfpClient} says. */
export class RecurringRuns {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** @throws TuneError INVALID_ARGUMENT a cron line that has not six fields, which the server would misread */
  async create(run: NewRecurringRun, options?: CallOptions): Promise<RecurringRun> {
    if ('cron_schedule' in run.trigger) checkCron(run.trigger.cron_schedule.cron)
    return create(this.#http, `${ROOT}/recurringruns`, run, options)
  }

  get(id: string, options?: CallOptions): Promise<RecurringRun> {
    return get(this.#http, path`/recurringruns/${id}`, undefined, options)
  }

  list(of: ListRecurringRuns = {}, options?: CallOptions): AsyncGenerator<RecurringRun, void> {
    const { experimentId, namespace, ...rest } = of
    const query = { experiment_id: experimentId, namespace }
    const resources = (page: RecurringRunPage) => page.recurringRuns
    return list(this.#http, `${ROOT}/recurringruns`, query, rest, resources, options)
  }

  enable(id: string, options?: CallOptions): Promise<void> {
    return act(this.#http, path`/recurringruns/${id}:enable`, options)
  }

  disable(id: string, options?: CallOptions): Promise<void> {
    return act(this.#http, path`/recurringruns/${id}:disable`, options)
  }

  /** Deletes it; runs that it started stay. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return remove(this.#http, path`/recurringruns/${id}`, undefined, options)
  }
}

function checkCron(cron: string): void {
  if (cron.startsWith('@') || cron.trim().split(/\s+/).length === 6) return
  throw new TuneError(
    'INVALID_ARGUMENT',
    `cron '${cron}': it must have six fields, seconds first, as in '0 0 2 * * *' for two in the morning`,
    { cron },
  )
}
