import { component, type Pipeline, pipeline, RUN_ID } from '@tune/kfp'

const simulateDay = component({
  name: 'simulate-day',
  inputs: { day: 'STRING', params: 'STRUCT' },
  outputs: { profit: 'NUMBER_DOUBLE' },
  artifacts: { metrics: 'system.Metrics' },
  container: ({ inputs, outputs, executorInput }) => ({
    image: 'sim:1',
    command: ['sim'],
    args: [
      '--day',
      inputs.day,
      '--params',
      inputs.params,
      '--out',
      outputs.profit,
      '--executor-input',
      executorInput,
    ],
    env: { NODE_ENV: 'production' },
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
  }),
  kubernetes: {
    nodeSelector: { pool: 'sim' },
    tolerations: [
      { key: 'sim', operator: 'Equal', value: 'true', effect: 'NoExecute', tolerationSeconds: 60 },
    ],
    labels: { app: 'sim' },
    deadlineSeconds: 3600,
    imagePullPolicy: 'IfNotPresent',
    imagePullSecrets: ['registry'],
    emptyDirs: [{ volumeName: 'sock', mountPath: '/cloudsql' }],
    sidecars: [
      {
        name: 'proxy',
        image: 'proxy:2',
        args: ['--unix-socket=/cloudsql'],
        volumeMounts: [{ volumeName: 'sock', mountPath: '/cloudsql' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' } },
      },
    ],
  },
})

const collect = component({
  name: 'collect',
  inputs: { profits: 'LIST', runId: 'STRING' },
  outputs: { total: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({
    image: 'sim:1',
    args: [inputs.profits, inputs.runId, outputs.total],
  }),
})

const notify = component({
  name: 'notify',
  inputs: { status: 'TASK_FINAL_STATUS', channel: { type: 'STRING', default: 'tuning' } },
  container: ({ inputs }) => ({ image: 'notify:1', args: [inputs.status, inputs.channel] }),
  kubernetes: {
    secretEnv: { SLACK_URL: { secret: 'slack', key: 'url', optional: true } },
    configMapEnv: { UI_URL: { configMap: 'tune', key: 'ui' } },
  },
})

/** A pipeline that uses everything the builder knows. */
export const week: Pipeline = pipeline(
  {
    name: 'week',
    description: 'Seven days',
    inputs: { days: 'LIST', params: { type: 'STRUCT', default: { depth: 3 } } },
    deadlineSeconds: 7200,
    ttlSeconds: 86_400,
  },
  (scope, { days, params }) => {
    const work = scope.exitHandler((inner) => {
      const loop = inner.parallelFor({ items: days, itemType: 'STRING', parallelism: 7 }, (body, day) => {
        const retry = { retries: 2, backoffSeconds: 30, backoffMaxSeconds: 600 }
        const task = body.task(simulateDay, { day, params }, { cache: true, retry })
        return { profit: task.outputs.profit }
      })
      return inner.task(collect, { profits: loop.outputs.profit, runId: RUN_ID }).outputs
    })
    scope.task(notify, { status: work.finalStatus })
    return work.outputs
  },
)
