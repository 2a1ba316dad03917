import {
  type CompiledPipeline,
  compilePipeline,
  component,
  type KubernetesOptions,
  type Pipeline,
  pipeline,
  RUN_ID,
  RUN_NAME,
  type SimulationPipelineOptions,
  simulationPipeline,
} from '@tune/kfp'

const simulation: SimulationPipelineOptions = {
  name: 'week',
  description: 'Seven days, one container each',
  days: Array.from({ length: 7 }, (_, index) => `2026-08-1${index}`),
  simulate: {
    container: ({ day, params, trial, profitFile }) => ({
      image: 'sim:1',
      command: ['sim'],
      args: ['day', day, params, trial, profitFile],
      env: { NODE_ENV: 'production' },
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
    }),
    retry: { retries: 2, backoffSeconds: 30, backoffFactor: 1.5, backoffMaxSeconds: 600 },
    kubernetes: {
      nodeSelector: { pool: 'sim' },
      tolerations: [
        { key: 'sim', operator: 'Equal', value: 'true', effect: 'NoExecute', tolerationSeconds: 60 },
      ],
      labels: { app: 'sim' },
      annotations: { note: 'a' },
      deadlineSeconds: 3600,
      imagePullPolicy: 'IfNotPresent',
      imagePullSecrets: ['registry'],
      emptyDirs: [{ volumeName: 'sock', mountPath: '/cloudsql', medium: 'Memory', sizeLimit: '1Mi' }],
    },
  },
  collect: {
    container: ({ profits, profitFile }) => ({ image: 'sim:1', args: ['sum', profits, profitFile] }),
  },
}

const onExit: NonNullable<SimulationPipelineOptions['onExit']> = {
  container: ({ status, trial, runId }) => ({ image: 'notify:1', args: [status, trial, runId] }),
  kubernetes: {
    secretEnv: { SLACK_URL: { secret: 'slack', key: 'url', optional: true } },
    configMapEnv: { UI_URL: { configMap: 'tune', key: 'ui', optional: true } },
  },
}

const everyType = component({
  name: 'every-type',
  inputs: {
    double: { type: 'NUMBER_DOUBLE', default: 0.5 },
    integer: { type: 'NUMBER_INTEGER', default: 7 },
    text: { type: 'STRING', default: 'ä" # {{' },
    flag: { type: 'BOOLEAN', default: false },
    list: { type: 'LIST', default: [1, 'no', '2026-08-10', '0o7', '1:30', '~', null] },
    struct: { type: 'STRUCT', default: { a: { b: [true] } } },
  },
  outputs: {
    double: 'NUMBER_DOUBLE',
    integer: 'NUMBER_INTEGER',
    text: 'STRING',
    flag: 'BOOLEAN',
    list: 'LIST',
    struct: 'STRUCT',
  },
  artifacts: { metrics: 'system.Metrics' },
  container: ({ artifacts, executorInput }) => ({
    image: 'i',
    args: [artifacts.metrics.path, executorInput],
  }),
})

const types = pipeline({ name: 'types', inputs: everyType.inputs }, (scope, inputs) => {
  const first = scope.task(everyType, inputs, { cache: true })
  const second = scope.task(everyType, first.outputs, { name: 'second' })
  scope.task(everyType, { text: RUN_NAME, list: [] }, { name: 'third', after: [second] })
  return second.outputs
})

const nested = pipeline({ name: 'nested', inputs: { names: 'LIST' } }, (scope, { names }) => {
  const before = scope.task(everyType, {}).outputs
  const outer = scope.parallelFor({ items: [{ n: 1 }, { n: 2 }], itemType: 'STRUCT' }, (middle, struct) => {
    const inner = middle.parallelFor({ items: names, itemType: 'STRING' }, (body, text) => ({
      flag: body.task(everyType, { text, struct, double: before.double }).outputs.flag,
    }))
    return { lists: middle.task(everyType, { list: inner.outputs.flag }).outputs.list }
  })
  scope.task(everyType, { list: outer.outputs.lists, text: RUN_ID }, { name: 'after' })
  return {}
})

const pod = (kubernetes: KubernetesOptions): Pipeline =>
  pipeline({ name: 'pod' }, (scope) => {
    scope.task(component({ name: 'pod', container: () => ({ image: 'i' }), kubernetes }), {})
    return {}
  })

const shapes = ['parallel-for', 'unrolled'] as const

/** Pipelines that use everything the SDK's version knows, by name. */
export const specs: Readonly<Record<string, CompiledPipeline>> = {
  ...Object.fromEntries(
    shapes.flatMap((shape) => [
      [shape, compilePipeline(simulationPipeline({ ...simulation, shape }).pipeline)],
      [
        `${shape} with an exit task`,
        compilePipeline(
          simulationPipeline({ ...simulation, shape, onExit, deadlineSeconds: 7200, ttlSeconds: 60 })
            .pipeline,
        ),
      ],
    ]),
  ),
  'a limited loop': compilePipeline(simulationPipeline({ ...simulation, parallelism: 2 }).pipeline),
  types: compilePipeline(types),
  nested: compilePipeline(nested),
}

/** A pipeline that only later versions know. */
export const sidecar: CompiledPipeline = compilePipeline(pod({ sidecars: [{ name: 's', image: 'i' }] }))
