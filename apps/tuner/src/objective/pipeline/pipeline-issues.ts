import type { Issue } from '../../config/issue.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import { commandKeys } from '../command/command-config.ts'
import { studyIssues } from '../shared/study-issues.ts'
import { isSingle, writtenSources } from './written-sources.ts'

const PLACES = ['name', 'file', 'module'] as const

/** What is wrong with a file whose objective is a pipeline, as far as can be told without the pipeline. */
export function* pipelineIssues(config: StudyConfig): Generator<Issue> {
  const { objective } = config
  yield* studyIssues(config, 'pipeline')
  for (const key of Object.keys(commandKeys))
    if (Object.hasOwn(objective, key))
      yield { path: ['objective', key], message: 'it belongs to a command; leave it out' }
  yield* placeIssues(config)
  yield* sourceIssues(config)
  for (const name of ['params', 'run'])
    for (const key of ['space', 'fixed'] as const)
      if (Object.hasOwn(config[key] ?? {}, name))
        yield {
          path: [key, name],
          message: 'the name stands for something else in arguments; choose another one',
        }
}

function* placeIssues({ objective: { pipeline = {} } }: StudyConfig): Generator<Issue> {
  const path = ['objective', 'pipeline']
  const [place, other] = PLACES.filter((each) => pipeline[each] !== undefined)
  if (place === undefined) yield { path, message: 'it must have a name, a file or a module' }
  if (other !== undefined)
    yield { path: [...path, other], message: `there is a ${place} already; leave one of them out` }
  if (pipeline.version !== undefined && place !== 'name')
    yield { path: [...path, 'version'], message: 'only a pipeline that the server has by name has versions' }
}

function* sourceIssues(config: StudyConfig): Generator<Issue> {
  const { objective, metrics = {}, constraints, instances } = config
  const { value, reports } = objective
  if (value === undefined && reports === undefined)
    yield {
      path: ['objective', 'value'],
      message:
        'it is missing; it must say where the value of a run is, as in { task: evaluate, output: auc }, or reports where those of instances are',
    }
  if (value !== undefined && reports !== undefined)
    yield {
      path: ['objective', 'value'],
      message: 'with reports the value is what they aggregate to; leave it out, or leave reports out',
    }
  if (reports === undefined && instances !== undefined && instances.argument === undefined)
    yield {
      path: ['instances'],
      message: 'a run must know its instance, or report several: say argument, or reports in objective',
    }
  if (
    reports !== undefined &&
    instances?.argument === undefined &&
    (instances?.atOnce ?? config.atOnce) !== undefined
  )
    yield {
      path: instances?.atOnce === undefined ? ['atOnce'] : ['instances', 'atOnce'],
      message:
        'a run evaluates all instances where no argument says which; leave it out, or say instances.argument',
    }
  const key = reports === undefined ? 'value' : 'reports'
  const wanted = [...Object.keys(metrics), ...Object.keys(constraints)]
  const written = writtenSources(config)
  yield* fileIssues(config)
  if (isSingle(reports ?? value) && wanted.length > 1)
    yield {
      path: ['objective', key],
      message: `there are several metrics, ${wanted.join(', ')}; it must say by name where each is`,
    }
  else if ((reports ?? value) !== undefined) {
    for (const name of Object.keys(written))
      if (!wanted.includes(name))
        yield { path: ['objective', key, name], message: 'it is none of the metrics or constraints' }
    for (const name of wanted)
      if (!Object.hasOwn(written, name))
        yield { path: ['objective', key], message: `it does not say where '${name}' is` }
  }
}

/** What is wrong with where a metric is in a file, or should be told of a task. */
function* fileIssues(config: StudyConfig): Generator<Issue> {
  const { value, reports } = config.objective
  const key = reports === undefined ? 'value' : 'reports'
  for (const [name, source] of Object.entries(writtenSources(config))) {
    const path = ['objective', key, ...(isSingle(reports ?? value) ? [] : [name])]
    const { file } = source
    const instance = 'instance' in source ? source.instance : undefined
    if (file === undefined) {
      if (key === 'reports' && instance === undefined)
        yield {
          path: [...path, 'instance'],
          message: 'it is missing; it must be the input that names the instance',
        }
      continue
    }
    const other = (['task', 'output', 'artifact'] as const).find((each) => source[each] !== undefined)
    if (other !== undefined || instance !== undefined)
      yield {
        path: [...path, other ?? 'instance'],
        message: 'there is a file already; leave one of them out',
      }
    if (!/^(s3|gs):\/\/[^/]+\/.+/.test(file))
      yield {
        path: [...path, 'file'],
        message: `it must be like s3://bucket/{run}.json or gs://…, but is '${file}'`,
      }
    else if (!file.includes('{run}'))
      yield { path: [...path, 'file'], message: 'it must hold {run}, so that no file of another run is read' }
    else if (file.includes('{instance}') !== (key === 'reports'))
      yield {
        path: [...path, 'file'],
        message:
          key === 'reports' ? 'it must hold {instance}' : 'with {instance} it is a report; say reports',
      }
  }
}
