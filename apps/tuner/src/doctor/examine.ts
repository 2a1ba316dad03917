import { readFile } from 'node:fs/promises'
import type { Finding } from '@tune/storage'
import { parse } from 'yaml'
import { DATE_VARIABLES } from '../config/date-variables.ts'
import { variablesIn } from '../config/environment.ts'
import { parseConfig, unreadable } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { podEnvironment, unknown } from '../deploy/pod-file.ts'
import { examineNotify } from './examine-notify.ts'
import { examineObjective } from './examine-objective.ts'
import { examinePipelines } from './examine-pipelines.ts'
import { examinePod } from './examine-pod.ts'
import { examineSchedule } from './examine-schedule.ts'
import { examineStorage } from './examine-storage.ts'
import { type Examined, firstLine, type Patient } from './finding.ts'

/** One thing that a tuning needs. */
interface Part {
  readonly name: string
  /** The keys of the file that say what it is. */
  readonly keys: readonly string[]
  readonly isNeeded: (config: StudyConfig) => boolean
  readonly examine: (patient: Patient) => AsyncGenerator<Finding>
}

const always = () => true
/** What a tuner needs wherever it runs. */
const PARTS: readonly Part[] = [
  { name: 'storage', keys: ['storage'], isNeeded: always, examine: examineStorage },
  { name: 'objective', keys: ['objective', 'sampler', 'kfp'], isNeeded: always, examine: examineObjective },
  {
    name: 'pipelines',
    keys: ['kfp'],
    isNeeded: ({ runner, objective }) => runner === 'kfp' || objective.pipeline !== undefined,
    examine: examinePipelines,
  },
  { name: 'notify', keys: ['notify'], isNeeded: always, examine: examineNotify },
]

/** Looks at what a tuner needs that runs here. */
export async function* examineHere(patient: Patient): AsyncGenerator<Examined> {
  for (const part of PARTS) if (part.isNeeded(patient.config)) yield* examinePart(part.name, part, patient)
}

/**
 * Looks at all that a study's file needs, from this machine and, where the file says how the tuner is deployed, from a pod.
 *
 * @param mayRun whether runs may be started on the server.
 */
export async function* examine(path: string, mayRun: boolean): AsyncGenerator<Examined> {
  const file = await fileOf(path).catch((error: unknown) => firstLine(error))
  if (typeof file === 'string') return yield { part: 'file', about: 'study', level: 'error', text: file }
  const { config, written, missing, isDeployed } = file
  const { study, trials, parallel } = config
  yield {
    part: 'file',
    about: 'study',
    level: 'ok',
    text: `${study}: ${trials} trials, ${parallel} at a time`,
  }
  const inCluster = podEnvironment(config.deploy)
  for (const name of missing.filter((each) => !(each in inCluster)))
    yield {
      part: 'environment',
      about: name,
      level: 'error',
      text: `there is no environment variable ${name}; set it${isDeployed ? ', or say in deploy.pods.secretEnv which secret it is' : ''}`,
    }
  const patient = { path, config, mayRun: mayRun && !isDeployed }
  for (const part of PARTS.filter(({ isNeeded }) => isNeeded(config) || isDeployed)) {
    const unset = unsetFor(part, written, missing)
    const findings = examinePart(part.name, part, patient)
    if (unset.length === 0) yield* isDeployed ? seenFromHere(findings) : findings
    else if (isDeployed)
      yield {
        part: part.name,
        about: 'here',
        level: 'ok',
        text: `left to the pod, since ${unset.join(' and ')} is not set here`,
      }
  }
  if (!isDeployed) return
  yield* examinePart('schedule', { examine: examineSchedule }, patient)
  yield* examinePart('pod', { examine: examinePod }, { ...patient, mayRun }, 'run')
}

interface File {
  readonly config: StudyConfig
  readonly written: Readonly<Record<string, unknown>>
  /** The variables of the file that are not set here. */
  readonly missing: readonly string[]
  /** Whether the tuner runs as a pipeline. */
  readonly isDeployed: boolean
}

/** @throws ConfigError */
async function fileOf(path: string): Promise<File> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const unset = (name: string) => process.env[name] === undefined && !DATE_VARIABLES.includes(name)
  const config = parseConfig(text, path, { ...unknown(variablesIn(text).filter(unset)), ...process.env })
  // Without its comments.
  const written = parse(text, { merge: true }) as Readonly<Record<string, unknown>>
  const missing = [...new Set(variablesIn(JSON.stringify(written)))].filter(unset)
  return { config, written, missing, isDeployed: 'deploy' in written || 'schedule' in written }
}

async function* examinePart(
  name: string,
  { examine: examineIt }: Pick<Part, 'examine'>,
  patient: Patient,
  about = 'connection',
): AsyncGenerator<Examined> {
  try {
    for await (const finding of examineIt(patient)) yield { part: name, ...finding }
  } catch (error) {
    yield { part: name, about, level: 'error', text: firstLine(error) }
  }
}

/** What a part needs that is not set here. */
function unsetFor(
  { keys }: Part,
  file: Readonly<Record<string, unknown>>,
  missing: readonly string[],
): readonly string[] {
  const written = JSON.stringify(keys.map((key) => file[key]))
  return missing.filter((name) => variablesIn(written).includes(name))
}

/** Where the tuner runs in a pod, what cannot be reached from here may well be reached from there. */
async function* seenFromHere(findings: AsyncGenerator<Examined>): AsyncGenerator<Examined> {
  for await (const finding of findings) {
    // Whoever deploys a tuner has to reach the server.
    const isForgiven = finding.part !== 'pipelines' || finding.about === 'outputs'
    if (finding.level !== 'error' || !isForgiven) yield finding
    else yield { ...finding, level: 'warning', text: `from here: ${finding.text}` }
  }
}
