import { resolve } from 'node:path'
import type { ObjectiveIdentity } from '@tune/core'
import { processRunner } from '@tune/process'
import { instanceNames } from '../../config/instances.ts'
import { constraintRules, metricRules } from '../../config/metrics.ts'
import { spaceOf } from '../../config/parameters.ts'
import type { StudyConfig } from '../../config/study-config.ts'
import type { TunedObjective } from '../objective.ts'
import { describeGoals } from '../shared/describe-goals.ts'
import { fixedOf } from '../shared/fixed.ts'
import { defined, rulesOf, withSecrets } from '../shared/identity.ts'
import { checkCommand } from './check-command.ts'
import { outputOf } from './command-issues.ts'

/** How long a command may be in a description, in characters. */
const SHOWN = 70

/** An objective that is a command: a process for each trial, or for each instance of it. */
export function commandObjective(config: StudyConfig): TunedObjective {
  const { objective, constraints: named } = config
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
    instances: instanceNames(config),
    atOnce: config.instances?.atOnce ?? config.atOnce ?? 1,
    retries: config.retries,
    isRemote: false,
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
  const { objective } = config
  const measured = withSecrets(measuredOf(config), {
    ...objective,
    fixed: fixedOf(config),
  }) as ObjectiveIdentity
  return {
    command: defined({
      ...measured,
      instances: instanceNames(config),
      ...rulesOf(config),
    }) as ObjectiveIdentity,
  }
}

/** `maximize auc: python train.py --rate {rate}, on 5 instances` */
function describe(config: StudyConfig): string {
  const { command = [] } = config.objective
  const line = [command].flat().join(' ')
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line
  const { names } = config.instances ?? {}
  return `${describeGoals(config)}: ${shown}${names === undefined ? '' : `, on ${names.length} instances`}`
}
