import {
  type CompiledPipeline,
  compilePipeline,
  component,
  type KubernetesOptions,
  type Pipeline,
  pipeline,
  RUN_ID,
  RUN_NAME,
  type Scope,
  type Value,
} from '@tune/kfp'

const FOLDS = ['1', '2', '3', '4', '5', '6', '7']

const train = component({
  name: 'train',
  inputs: { fold: 'STRING', params: 'STRUCT' },
  outputs: { score: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({
    image: 'train:1',
    command: ['train'],
    args: [inputs.fold, inputs.params, outputs.score],
    env: { NODE_ENV: 'production' },
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
  }),
  kubernetes: {
    nodeSelector: { pool: 'train' },
    tolerations: [
      { key: 'train', operator: 'Equal', value: 'true', effect: 'NoExecute', tolerationSeconds: 60 },
    ],
    labels: { app: 'train' },
    annotations: { note: 'a' },
    deadlineSeconds: 3600,
    imagePullPolicy: 'IfNotPresent',
    imagePullSecrets: ['registry'],
    emptyDirs: [{ volumeName: 'sock', mountPath: '/cloudsql', medium: 'Memory', sizeLimit: '1Mi' }],
  },
})

const collect = component({
  name: 'collect',
  inputs: { scores: 'LIST' },
  outputs: { score: 'NUMBER_DOUBLE' },
  container: ({ inputs, outputs }) => ({ image: 'train:1', args: ['sum', inputs.scores, outputs.score] }),
})

const notify = component({
  name: 'notify',
  inputs: { status: 'TASK_FINAL_STATUS', runId: 'STRING' },
  container: ({ inputs }) => ({ image: 'notify:1', args: [inputs.status, inputs.runId] }),
  kubernetes: {
    secretEnv: { SLACK_URL: { secret: 'slack', key: 'url', optional: true } },
    configMapEnv: { UI_URL: { configMap: 'tune', key: 'ui', optional: true } },
  },
})

const retry = { retries: 2, backoffSeconds: 30, backoffFactor: 1.5, backoffMaxSeconds: 600 }

interface FoldsOptions {
  readonly unrolled?: boolean
  readonly parallelism?: number
  /** Whether a task runs in any case, and the run has limits. */
  readonly watched?: boolean
}

/** A pipeline that trains on folds, in a loop or in a task for each. */
function folds({ unrolled = false, parallelism, watched = false }: FoldsOptions = {}): CompiledPipeline {
  const work = (scope: Scope, items: Value<'LIST'>, params: Value<'STRUCT'>) => {
    if (unrolled) {
      for (const fold of FOLDS) scope.task(train, { fold, params }, { name: `train-${fold}`, retry })
      return {}
    }
    const limit = parallelism === undefined ? {} : { parallelism }
    const loop = scope.parallelFor({ items, itemType: 'STRING', ...limit }, (body, fold) => ({
      score: body.task(train, { fold, params }, { retry }).outputs.score,
    }))
    return scope.task(collect, { scores: loop.outputs.score }).outputs
  }
  const limits = watched ? { deadlineSeconds: 7200, ttlSeconds: 60 } : {}
  const inputs = { folds: { type: 'LIST', default: FOLDS }, params: 'STRUCT' } as const
  return compilePipeline(
    pipeline({ name: 'folds', description: 'Seven folds', inputs, ...limits }, (scope, given) => {
      if (!watched) return work(scope, given.folds, given.params)
      const inner = scope.exitHandler((body) => work(body, given.folds, given.params))
      scope.task(notify, { status: inner.finalStatus, runId: RUN_ID })
      return inner.outputs
    }),
  )
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

/** Pipelines that use everything the SDK's version knows, by name. */
export const specs: Readonly<Record<string, CompiledPipeline>> = {
  'a loop': folds(),
  'a loop with an exit task': folds({ watched: true }),
  'unrolled tasks': folds({ unrolled: true }),
  'unrolled tasks with an exit task': folds({ unrolled: true, watched: true }),
  'a limited loop': folds({ parallelism: 2 }),
  types: compilePipeline(types),
  nested: compilePipeline(nested),
}

/** A pipeline that only later versions know. */
export const sidecar: CompiledPipeline = compilePipeline(pod({ sidecars: [{ name: 's', image: 'i' }] }))
