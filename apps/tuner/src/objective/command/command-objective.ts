import { resolve } from 'node:path'
import { type ObjectiveIdentity, Secret } from '@tune/core'
import { processRunner } from '@tune/process'
import { constraintRules, metricRules } from '../../config/metrics.ts'
import { spaceOf } from '../../config/parameters.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import type { Params, TunedObjective } from '../objective.ts'
import { checkCommand } from './check-command.ts'
import { outputOf } from './command-issues.ts'

/** How long a command may be in a description, in characters. */
const SHOWN = 70

/** An objective that is a command: a process for each trial, or for each instance of it. */
export function commandObjective(config: StudyConfig): TunedObjective {
  const { objective, instances, constraints: named } = config
  const metrics = metricRules(config.metrics ?? {})
  const constraints = constraintRules(named)
  const fixed = fixedOf(config)
  const current = config.current && { ...config.current }
  const cwd = resolve(config.folderOfFile, objective.cwd ?? '.')
  return {
    description: describe(config),
    metrics,
    constraints,
    space: spaceOf(config.space ?? {}).space,
    current,
    instances,
    atOnce: config.atOnce ?? 1,
    retries: config.retries,
    identity: identityOf(config),
    memory: JSON.stringify(measuredOf(config)),
    params: async (trial) => ({ ...fixed, ...trial.params }),
    check: () => checkCommand(objective, cwd),
    open: async (folder = objective.folder ?? '.tune') => {
      const { command = [], env, grace } = objective
      return processRunner({
        command: typeof command === 'string' ? command : (command as [string, ...string[]]),
        metrics: [...Object.keys(metrics), ...Object.keys(constraints)],
        folder,
        cwd,
        collect: outputOf(objective),
        ...(env !== undefined && { env }),
        ...(grace !== undefined && { grace }),
      })
    },
  }
}

/** The parameters that are not tuned. */
export function fixedOf({ fixed }: StudyConfig): Params {
  return Object.fromEntries(
    Object.entries(fixed).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? value.value : value,
    ]),
  )
}

/** What decides the metrics of a run besides its parameters and its instance, as the file writes it. */
function measuredOf(config: StudyConfig): Readonly<Record<string, unknown>> {
  const written = config.objectiveAsWritten as Readonly<Record<string, unknown>>
  const { command, shell, version, env, output } = written
  const values = Object.entries({ ...config.metrics, ...config.constraints }).map(([name, rule]) => [
    name,
    typeof rule === 'string' ? undefined : rule.value,
  ])
  return { command, shell, version, env, output, fixed: fixedOf(config), values: Object.fromEntries(values) }
}

/** What decides the values of a trial. What the environment fills in may be secret: it is compared, and not kept. */
function identityOf(config: StudyConfig): ObjectiveIdentity {
  const { instances, constraints, objective } = config
  const measured = withSecrets(measuredOf(config), {
    ...objective,
    fixed: fixedOf(config),
  }) as ObjectiveIdentity
  const aggregates = Object.entries(config.metrics ?? {}).map(([name, rule]) => [
    name,
    typeof rule === 'string' ? undefined : rule.aggregate,
  ])
  const bounds = Object.entries(constraints).map(([name, { max, min, aggregate }]) => [
    name,
    defined({ max, min, aggregate }),
  ])
  return {
    command: defined({
      ...measured,
      instances: instances === undefined ? undefined : [...instances],
      aggregates: Object.fromEntries(aggregates),
      constraints: Object.fromEntries(bounds),
    }) as ObjectiveIdentity,
  }
}

/** What was written, with a secret where the environment was filled in. */
function withSecrets(written: unknown, filled: unknown): unknown {
  if (typeof written === 'string' && written !== filled && written.includes('${'))
    return new Secret(String(filled))
  if (typeof written !== 'object' || written === null) return written
  const of = (key: string | number) =>
    (filled as Readonly<Record<string | number, unknown>> | undefined)?.[key]
  if (Array.isArray(written)) return written.map((item, i) => withSecrets(item, of(i)))
  return defined(
    Object.fromEntries(Object.entries(written).map(([key, value]) => [key, withSecrets(value, of(key))])),
  )
}

/** Without keys that have no value, and mappings that have no keys. */
function defined(mapping: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isEmpty = (value: unknown) =>
    value === undefined ||
    (typeof value === 'object' && value?.constructor === Object && Object.values(value).every(isEmpty))
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => !isEmpty(value)))
}

/** `maximize auc: python train.py --rate {rate}, mean of 5 instances` */
function describe({
  metrics = {},
  constraints,
  objective: { command = [] },
  instances,
}: StudyConfig): string {
  const values = Object.entries(metricRules(metrics)).map(([name, { direction }]) => `${direction} ${name}`)
  const bounds = Object.entries(constraints).map(([name, { max, min }]) =>
    [
      name,
      ...(min === undefined ? [] : [`at least ${min}`]),
      ...(max === undefined ? [] : [`at most ${max}`]),
    ].join(' '),
  )
  const line = [command].flat().join(' ')
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line
  const over = instances === undefined ? '' : `, on ${instances.length} instances`
  return `${[...values, ...bounds].join(', ')}: ${shown}${over}`
}
