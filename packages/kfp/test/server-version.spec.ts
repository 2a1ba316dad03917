import {
  compilePipeline,
  component,
  type KubernetesOptions,
  type Pipeline,
  pipeline,
  RUN_ID,
} from '@tune/kfp'
import { describe, expect, it } from 'vitest'
import { week } from './week.ts'

const plain = component({
  name: 'plain',
  inputs: { text: { type: 'STRING', default: '' } },
  outputs: { text: 'STRING' },
  container: () => ({ image: 'i' }),
})

const onExit = component({
  name: 'on-exit',
  inputs: { status: 'TASK_FINAL_STATUS' },
  container: () => ({ image: 'i' }),
})

const withKubernetes = (kubernetes: KubernetesOptions): Pipeline =>
  pipeline({ name: 'p' }, (scope) => {
    scope.task(component({ name: 'pod', container: () => ({ image: 'i' }), kubernetes }), {})
    return {}
  })

const sized = component({
  name: 'sized',
  container: () => ({ image: 'i', resources: { limits: { cpu: '1' } } }),
})

const loop = (parallelism: number | undefined, collected: boolean): Pipeline =>
  pipeline({ name: 'p' }, (scope) => {
    const limit = parallelism !== undefined && { parallelism }
    scope.parallelFor({ items: ['a'], itemType: 'STRING', ...limit }, (body) => {
      const { outputs } = body.task(plain, {})
      return collected ? outputs : {}
    })
    return {}
  })

const needs: [feature: string, since: string, last: string, Pipeline][] = [
  ['settings of the pod', '2.1.0', '2.0.5', withKubernetes({ labels: { a: 'b' } })],
  [
    'resource requests and limits',
    '2.3.0',
    '2.2.0',
    pipeline({ name: 'p' }, (scope) => scope.task(sized, {}).outputs),
  ],
  [
    'a folder shared by containers',
    '2.3.0',
    '2.2.0',
    withKubernetes({ emptyDirs: [{ volumeName: 'v', mountPath: '/v' }] }),
  ],
  ['a limit of parallelism', '2.4.0', '2.3.0', loop(2, false)],
  [
    'a retry policy',
    '2.4.1',
    '2.4.0',
    pipeline({ name: 'p' }, (scope) => scope.task(plain, {}, { retry: { retries: 1 } }).outputs),
  ],
  [
    'the identity of the run',
    '2.5.0',
    '2.4.1',
    pipeline({ name: 'p' }, (scope) => scope.task(plain, { text: RUN_ID }).outputs),
  ],
  [
    'a secret or config map',
    '2.5.0',
    '2.4.1',
    withKubernetes({ secretEnv: { A: { secret: 's', key: 'k' } } }),
  ],
  ['outputs of a loop', '2.14.0', '2.5.0', loop(undefined, true)],
  [
    'an exit handler with a final status',
    '2.14.0',
    '2.5.0',
    pipeline({ name: 'p' }, (scope) => {
      const work = scope.exitHandler((inner) => inner.task(plain, {}).outputs)
      scope.task(onExit, { status: work.finalStatus })
      return {}
    }),
  ],
  [
    'a time to live',
    '2.14.0',
    '2.5.0',
    pipeline({ name: 'p', ttlSeconds: 1 }, (scope) => scope.task(plain, {}).outputs),
  ],
  [
    'an optional secret or config map',
    '2.15.0',
    '2.14.4',
    withKubernetes({ configMapEnv: { A: { configMap: 's', key: 'k', optional: true } } }),
  ],
  [
    'a deadline of the run',
    '2.17.0',
    '2.16.1',
    pipeline({ name: 'p', deadlineSeconds: 1 }, (scope) => scope.task(plain, {}).outputs),
  ],
  ['a native sidecar', '2.18.0', '2.17.0', withKubernetes({ sidecars: [{ name: 's', image: 'i' }] })],
]

describe('what a server does not know', () => {
  it.each(needs)('is refused here: %s needs %s', (feature, since, last, declared) => {
    expect(compilePipeline(declared, { serverVersion: since }).spec).toEqual(compilePipeline(declared).spec)
    expect(() => compilePipeline(declared, { serverVersion: last })).toThrow(
      expect.objectContaining({
        code: 'KFP_UNSUPPORTED_VERSION',
        message: expect.stringContaining(`${feature} needs Kubeflow Pipelines ${since} or later`),
        details: { feature, since, server: last },
      }),
    )
  })

  it('is named with the task or component that uses it', () => {
    expect(() => compilePipeline(week, { serverVersion: '2.17.0' })).toThrow(
      "pipeline 'week', component 'simulate-day': a native sidecar needs Kubeflow Pipelines 2.18.0 or later, and the server is 2.17.0",
    )
  })

  it('does not depend on how the version is spelled', () => {
    expect(compilePipeline(week, { serverVersion: 'v2.18.0-rc.1' })).toEqual(compilePipeline(week))
    expect(() => compilePipeline(week, { serverVersion: 'master' })).toThrow("server version 'master'")
  })

  it('gets its old name where it had one', () => {
    const declared = pipeline({ name: 'p', ttlSeconds: 60 }, (scope) => scope.task(plain, {}).outputs)
    const config = (serverVersion: string) =>
      compilePipeline(declared, { serverVersion }).platform?.platforms.kubernetes?.pipelineConfig
    expect(config('2.16.1')).toEqual({ resourceTtl: 60 })
    expect(config('2.17.0')).toEqual({ resourceTtlOnCompletion: 60 })
  })
})
