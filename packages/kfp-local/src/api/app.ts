import type { HttpBindings } from '@hono/node-server'
import type { Healthz } from '@tune/kfp/api'
import { Hono } from 'hono'
import type { Engine } from '../execution/engine.ts'
import type { AnswerFaults } from '../misbehaviour/answer-faults.ts'
import { misbehaviour } from '../misbehaviour/misbehaviour.ts'
import type { TaskFaults } from '../misbehaviour/task-faults.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import type { Stored } from '../state/stored.ts'
import { ApiError } from './api-error.ts'
import { experimentCalls } from './experiments.ts'
import { logCalls } from './logs.ts'
import { nativeTaskCalls } from './native-tasks.ts'
import { versionCalls } from './pipeline-versions.ts'
import { pipelineCalls } from './pipelines.ts'
import { readBody } from './read-body.ts'
import { recurringRunCalls } from './recurring-runs.ts'
import { type OutputsApi, runCalls } from './runs.ts'

const ROOT = '/apis/v2beta1'

export interface AppParts {
  readonly stored: Stored
  readonly engine: Engine
  readonly scheduler: Scheduler
  readonly answerFaults: AnswerFaults
  readonly taskFaults: TaskFaults
  /** The version that the server says it is. */
  readonly version: string
  readonly outputs: OutputsApi
  /** Where runs write. */
  readonly folder: string
  /** Hears of each request, misbehaved or not. */
  readonly onRequest: (method: string, path: string) => void
}

/** The whole API, and `PUT /misbehaviour`, which no other server has. */
export function app(parts: AppParts): Hono<{ Bindings: HttpBindings }> {
  const { stored, engine, scheduler, answerFaults, taskFaults, version, outputs, folder } = parts
  const healthz: Healthz = {
    commit_sha: 'local',
    tag_name: version,
    multi_user: false,
    pipeline_store: 'database',
  }
  const root = new Hono<{ Bindings: HttpBindings }>()
  root.onError((error, context) => {
    const known = error instanceof ApiError ? error : new ApiError('INTERNAL', error.message)
    return context.json(known.body, known.status)
  })
  root.notFound((context) => context.json(new ApiError('NOT_FOUND', 'Not Found').body, 404))
  root.put('/misbehaviour', async (context) => {
    const told = await readBody(context, misbehaviour)
    answerFaults.set(told)
    taskFaults.set(told.tasks ?? [])
    return context.json({})
  })
  root.use(async (context, next) => {
    parts.onRequest(context.req.method, context.req.path)
    await next()
  })
  root.use(answerFaults.middleware)
  root.get(`${ROOT}/healthz`, (context) => context.json(healthz))
  root.route(`${ROOT}/experiments`, experimentCalls(stored))
  root.route(`${ROOT}/pipelines`, versionCalls(stored))
  root.route(`${ROOT}/pipelines`, pipelineCalls(stored))
  root.route(`${ROOT}/runs`, runCalls(stored, engine, outputs))
  root.route(`${ROOT}/recurringruns`, recurringRunCalls(stored, scheduler))
  if (outputs === 'native') root.route(ROOT, nativeTaskCalls(stored))
  root.route('/apis/v1alpha1', logCalls(stored, folder))
  return root
}
