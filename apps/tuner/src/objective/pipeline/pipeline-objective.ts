import { isTuneError, type JsonValue, type ObjectiveIdentity, type RunRequest, TuneError } from '@tune/core'
import {
  findMetric,
  type KfpRunnerOptions,
  kfpRunner,
  type MetricSource,
  objectStores,
  type PipelineInterface,
  type PipelineRun,
  pipelineInterface,
  type WantedMetric,
} from '@tune/kfp'
import { ConfigError } from '../../config/config-error.ts'
import { constraintRules, metricRules } from '../../config/metrics.ts'
import { spaceOf } from '../../config/parameters.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import type { TunedObjective } from '../objective.ts'
import { describeGoals } from '../shared/describe-goals.ts'
import { fixedOf } from '../shared/fixed.ts'
import { defined, rulesOf, withSecrets } from '../shared/identity.ts'
import { argumentsOf } from './arguments.ts'
import { instancesOf, type PipelineInstances } from './instances.ts'
import { type OpenedKfp, openKfp } from './open-kfp.ts'
import { resolvePipeline } from './pipeline-source.ts'
import { isSingle, writtenSources } from './written-sources.ts'

/**
 * An objective that is a pipeline: each trial a run of it.
 *
 * @param stored what the study measures, if it is there already: its version of the pipeline is kept.
 * @throws ConfigError: the file and the pipeline do not fit; TuneError: the server cannot be used
 */
export async function pipelineObjective(config: StudyConfig, stored: JsonValue): Promise<TunedObjective> {
  const { objective } = config
  const server = await openKfp(config.kfp)
  const resolved = await resolvePipeline(config, server, pinnedVersion(stored))
  const pipeline = pipelineInterface(resolved.source)
  const sources = sourcesOf(config, pipeline)
  const readers = await readersOf(config.kfp, server, sources)
  const instances = instancesIn(config, pipeline, sources)
  const space = spaceOf(config.space ?? {}).space
  const fixed = fixedOf(config)
  const given = argumentsOf({ pipeline, space, fixed, written: objective.arguments ?? {}, instances })
  const { value, reports } = objective
  const { arguments: written } = config.objectiveAsWritten as { readonly arguments?: unknown }
  const measured = defined({ pipeline: resolved.identity, arguments: written, value, reports, fixed })
  const run = (request: RunRequest): PipelineRun =>
    ({ ...resolved.run, runtime_config: { parameters: given(request) } }) as PipelineRun
  const { atOnce = config.atOnce } = config.instances ?? {}
  return {
    description: `${describeGoals(config)}: pipeline ${resolved.label}${shownInstances(instances)}`,
    metrics: metricRules(config.metrics ?? {}),
    constraints: constraintRules(config.constraints),
    space,
    current: config.current && { ...config.current },
    instances: instances?.names,
    atOnce: atOnce ?? (objective.reports === undefined ? 1 : (instances?.names.length ?? 1)),
    retries: config.retries,
    isRemote: true,
    identity: defined({
      ...measured,
      arguments: withSecrets(written, objective.arguments),
      instances: instances && [...instances.names],
      ...rulesOf(config),
    }) as ObjectiveIdentity,
    memory: objective.caching === false ? undefined : JSON.stringify(measured),
    params: async (trial) => ({ ...fixed, ...trial.params }),
    check: () => {},
    open: async () => kfpRunner({ ...(await server.runnerOptions()), ...readers, metrics: sources, run }),
  }
}

/** The version that a study keeps. */
function pinnedVersion(stored: JsonValue): string | undefined {
  const { pipeline } = (stored ?? {}) as { readonly pipeline?: { readonly id?: unknown } }
  return typeof pipeline?.id === 'string' ? pipeline.id : undefined
}

/** Where each metric and each constraint is. @throws ConfigError: it is not there */
function sourcesOf(config: StudyConfig, pipeline: PipelineInterface): Readonly<Record<string, MetricSource>> {
  const { reports, value } = config.objective
  const key = reports === undefined ? 'value' : 'reports'
  const written = writtenSources(config)
  return Object.fromEntries(
    Object.entries(written).map(([name, wanted]) => {
      if (wanted.file !== undefined) return [name, { file: wanted.file, key: wanted.key ?? name }]
      const path = ['objective', key, ...(isSingle(reports ?? value) ? [] : [name])].join('.')
      try {
        return [name, findMetric(pipeline, defined(wanted) as WantedMetric)]
      } catch (error) {
        throw isTuneError(error) ? misplaced(path, error) : error
      }
    }),
  )
}

function misplaced(path: string, error: TuneError): ConfigError {
  const { key, problem } = error.details
  return new ConfigError(`${path}.${String(key)}: ${String(problem)}`, { cause: error })
}

function instancesIn(
  config: StudyConfig,
  pipeline: PipelineInterface,
  sources: Readonly<Record<string, MetricSource>>,
): PipelineInstances | undefined {
  const [source] = Object.values(sources)
  const { instance: input, tasks: called = [] } = source === undefined || 'file' in source ? {} : source
  const { names, argument } = config.instances ?? {}
  if (input === undefined && config.instances === undefined) return undefined
  const tasks = pipeline.tasks.filter(({ name }) => called.includes(name))
  const reports = input === undefined ? undefined : { tasks, input }
  return instancesOf(
    pipeline,
    { names, argument },
    config.objective.arguments ?? {},
    reports,
    config.objective.reports !== undefined,
  )
}

/** Opens what the metrics are read from. @throws TuneError it cannot be read */
async function readersOf(
  { store = {} }: StudyConfig['kfp'],
  server: OpenedKfp,
  sources: Readonly<Record<string, MetricSource>>,
): Promise<Pick<KfpRunnerOptions, 'outputs' | 'files'>> {
  const all = Object.values(sources)
  const files = all.flatMap((source) => ('file' in source ? [source.file] : []))
  const outputs = files.length < all.length ? { outputs: await server.outputs() } : {}
  const [first] = files
  if (first === undefined) return outputs
  const { endpoint, region, accessKeyId, secretAccessKey } = store
  const stores = objectStores({
    s3: {
      ...(endpoint !== undefined && { endpoint }),
      ...(region !== undefined && { region }),
      ...(accessKeyId !== undefined &&
        secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
    },
    gcs: { ...(endpoint !== undefined && { endpoint }) },
  })
  // A store that cannot be read is found before the first trial. This file is not there yet.
  await stores.read(first.replaceAll('{run}', 'tune-check').replaceAll('{instance}', 'none'))
  return { ...outputs, files: stores }
}

function shownInstances(instances: PipelineInstances | undefined): string {
  return instances === undefined ? '' : `, on ${instances.names.length} instances`
}
