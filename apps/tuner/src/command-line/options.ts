import { InvalidArgumentError, Option } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { defaultStorage } from '../config/default-storage.ts'
import { readConfig } from '../config/read-config.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { issuesOf } from '../objective/objective.ts'

export interface Overrides {
  readonly storage?: string
  readonly trials?: number
  readonly parallel?: number
  readonly runner?: StudyConfig['runner']
}

export function atLeastOne(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('It must be a whole number of at least 1.')
}

export function atLeastZero(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('It must be a whole number of at least 0.')
}

export function port(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value
  throw new InvalidArgumentError('It must be a whole number from 0, which is any free one, to 65535.')
}

export function severally(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}

export const storageOption = () =>
  new Option('--storage <url>', 'where the study is kept: sqlite:file or mysql://user:password@host/database')
export const trialsOption = () =>
  new Option('--trials <n>', 'how many complete trials the study is to have').argParser(atLeastOne)
export const parallelOption = () =>
  new Option('--parallel <n>', 'how many trials run at a time').argParser(atLeastOne)
export const runnerOption = () =>
  new Option('--runner <runner>', 'where trials are evaluated').choices(['local', 'kfp'])
const LOG_FORMATS = ['text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** How what happens is said: to a person at a terminal, or to whoever collects logs. */
export const logOption = () =>
  new Option('--log <format>', 'how it says what happens')
    .choices([...LOG_FORMATS])
    .env('TUNE_LOG')
    .default(process.stdout.isTTY ? 'text' : 'json', 'text at a terminal, else json')

/** Where whoever looks after a tuner is told how it is. */
export const healthPortOption = () =>
  new Option('--health-port <port>', 'where it answers /healthz and /readyz; default: nowhere')
    .env('TUNE_HEALTH_PORT')
    .argParser(port)

export const seedsOption = () =>
  new Option('--seeds <n>', 'replications of each day').argParser(atLeastOne).default(3)

export async function configured(file: string, overrides: Overrides): Promise<StudyConfig> {
  const { storage, trials, parallel, runner } = overrides
  const config = {
    ...(await readConfig(file)),
    ...(storage !== undefined && { storage }),
    ...(trials !== undefined && { trials }),
    ...(parallel !== undefined && { parallel }),
    ...(runner !== undefined && { runner }),
  }
  for (const { path, message } of issuesOf(config))
    throw new ConfigError(`${file}: ${path.join('.')}: ${message}`)
  return config
}

/** A study by its file, or by its name in a storage. */
export async function located(
  study: string,
  { storage }: Overrides,
): Promise<{ readonly name: string; readonly url: string; readonly config?: StudyConfig }> {
  if (!/\.ya?ml$/.test(study)) return { name: study, url: storage ?? defaultStorage() }
  const config = await configured(study, storage === undefined ? {} : { storage })
  return { name: config.study, url: config.storage, config }
}
