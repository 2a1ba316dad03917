import { isTuneError } from '@tune/core'
import type { Healthz } from '../api/index.ts'
import type { CallOptions } from './call-options.ts'
import type { Http } from './http.ts'
import { get, ROOT } from './resource.ts'

/** What a server is and can do. */
export interface ServerInfo {
  /** As in `2.14.0`; undefined when the server does not say. */
  readonly version: string | undefined
  /** Whether resources belong to namespaces, and callers must say who they are. */
  readonly multiUser: boolean
  /** Whether it keeps pipelines in its database or as resources of Kubernetes. */
  readonly pipelineStore: 'database' | 'kubernetes'
  /** Whether tasks and artifacts can be read from it. Those that cannot keep them in ML Metadata. */
  readonly nativeTasks: boolean
}

/** Asks a server what it is and can do. */
export async function probeServer(http: Http, options?: CallOptions): Promise<ServerInfo> {
  const healthz = await get<Healthz>(http, `${ROOT}/healthz`, undefined, options)
  const { tag_name: tag = '', multi_user: multiUser = false, pipeline_store: store } = healthz
  return {
    version: /^v?(\d+\.\d+\.\d+.*)$/.exec(tag)?.[1],
    multiUser,
    pipelineStore: store === 'kubernetes' ? 'kubernetes' : 'database',
    nativeTasks: await hasNativeTasks(http, options),
  }
}

async function hasNativeTasks(http: Http, options?: CallOptions): Promise<boolean> {
  try {
    await get(http, `${ROOT}/artifacts`, { page_size: 1 }, options)
    return true
  } catch (error) {
    if (isTuneError(error, 'KFP_NOT_FOUND')) return false
    // It is there, and wants a namespace, or keeps from this caller what it has in the default one.
    if (isTuneError(error, 'KFP_REFUSED', 'KFP_FORBIDDEN')) return true
    throw error
  }
}
