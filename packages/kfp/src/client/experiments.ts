import type { Experiment, ExperimentPage, NewExperiment } from '../api/index.ts'
import type { CallOptions } from './call-options.ts'
import { equals, type ListOptions } from './filter.ts'
import type { Http } from './http.ts'
import { act, create, get, list, path, ROOT, remove } from './resource.ts'

export interface ListExperiments extends ListOptions {
  /** On a server with several users: whose. */
  readonly namespace?: string
}

/** The groups that runs belong to. Every method throws what {@link KfpClient} says. */
export class Experiments {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** @throws TuneError KFP_CONFLICT where there is one of this name */
  create(experiment: NewExperiment, options?: CallOptions): Promise<Experiment> {
    return create(this.#http, `${ROOT}/experiments`, experiment, options)
  }

  /** The experiment of this name, made if there is none. */
  async findOrCreate(experiment: NewExperiment, options?: CallOptions): Promise<Experiment> {
    const found = await this.find(experiment.display_name, experiment.namespace, options)
    if (found !== undefined) return found
    try {
      return await this.create(experiment, options)
    } catch (error) {
      // Somebody else made it meanwhile, or this client did and lost the answer.
      const made = await this.find(experiment.display_name, experiment.namespace, options).catch(
        () => undefined,
      )
      if (made === undefined) throw error
      return made
    }
  }

  get(id: string, options?: CallOptions): Promise<Experiment> {
    return get(this.#http, path`/experiments/${id}`, undefined, options)
  }

  /** The experiment of this name, if there is one. */
  async find(name: string, namespace?: string, options?: CallOptions): Promise<Experiment | undefined> {
    const query = {
      predicates: [equals('display_name', name)],
      ...(namespace !== undefined && { namespace }),
    }
    for await (const experiment of this.list(query, options)) return experiment
    return undefined
  }

  list({ namespace, ...of }: ListExperiments = {}, options?: CallOptions): AsyncGenerator<Experiment, void> {
    const resources = (page: ExperimentPage) => page.experiments
    return list(this.#http, `${ROOT}/experiments`, { namespace }, of, resources, options)
  }

  /** Puts it and its runs aside. */
  archive(id: string, options?: CallOptions): Promise<void> {
    return act(this.#http, path`/experiments/${id}:archive`, options)
  }

  unarchive(id: string, options?: CallOptions): Promise<void> {
    return act(this.#http, path`/experiments/${id}:unarchive`, options)
  }

  /** Deletes it, and leaves its runs. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return remove(this.#http, path`/experiments/${id}`, undefined, options)
  }
}
