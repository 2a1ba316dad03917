import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemClock, wantedBy } from '@tune/core'
import { redactStorageUrl } from '@tune/storage'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { issuesOf } from '../objective/objective.ts'
import { ConfigError } from './config-error.ts'
import { dateVariables } from './date-variables.ts'
import { defaultStorage } from './default-storage.ts'
import { fillEnvironment } from './environment.ts'
import type { Issue } from './issue.ts'
import { mayBeSecret } from './secret-keys.ts'
import { type StudyConfig, studyConfig } from './study-config.ts'

/** Shown in the place of a secret. */
const HIDDEN = '***'
/** How much of a wrong value an error shows, in characters. */
const LONGEST_SHOWN = 60

/**
 * Reads a study's file.
 *
 * @throws ConfigError: the file cannot be read, is no YAML, or says something that a study does not know.
 */
export async function readConfig(path: string): Promise<StudyConfig> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
  return parseConfig(text, path)
}

/** A file that is not there, or that may not be read. */
export function unreadable(path: string, cause: unknown): ConfigError {
  return new ConfigError(`${path}: the file cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
    cause,
  })
}

/**
 * See {@link readConfig}.
 *
 * @param path how errors name the file.
 * @param at the moment of `${date}` and `${time}`, in milliseconds since 1970. Default: now.
 */
export function parseConfig(
  text: string,
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
  at = systemClock.now(),
): StudyConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true })
  const [broken] = document.errors
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0])
    throw new ConfigError(`${path}:${line}: ${broken.message.split(/ at line |\n/)[0]}`, { cause: broken })
  }
  const written = document.toJS() as unknown
  const fail = ({ path: at, message }: Issue): never => {
    throw new ConfigError(`${path}${lineOf(document, lines, at)}: ${at.join('.') || 'the file'}: ${message}`)
  }
  const missing = fillEnvironment(document, { ...dateVariables(document, at), ...environment })
  if (missing !== undefined) fail(missing)
  const parsed = studyConfig.safeParse(document.toJS() ?? {}, { error: wantedBy })
  if (!parsed.success) return fail(explained(parsed.error, written))
  const config = {
    ...parsed.data,
    storage: parsed.data.storage ?? defaultStorage(environment),
    folderOfFile: dirname(path),
    studyAsWritten: String(valueAt(written, ['study'])),
    objectiveAsWritten: valueAt(written, ['objective']),
  }
  for (const issue of issuesOf(config)) fail(issue)
  return config
}

/** The line of a value, or of the nearest thing around it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return `:${lines.linePos(node.range[0]).line}`
  }
  return ''
}

/** The first thing that is wrong. @param written the file's own values, which an error shows */
function explained(error: z.ZodError, written: unknown): Issue {
  const issue = innermost(error.issues[0] as z.core.$ZodIssue, [])
  const path = (issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path).map(
    (key) => (typeof key === 'number' ? key : String(key)),
  )
  const value = shown(withoutSecrets(valueAt(written, path), path))
  if (issue.code === 'unrecognized_keys') return { path, message: `it is ${value}, but ${issue.message}` }
  return {
    path,
    message:
      value === undefined
        ? `it is missing; it must be ${issue.message}`
        : `it must be ${issue.message}, but is ${value}`,
  }
}

/** Of alternatives that all do not fit, what is wrong with the last one that is meant. */
function innermost(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): z.core.$ZodIssue {
  const path = [...above, ...issue.path]
  if (issue.code !== 'invalid_union') return { ...issue, path }
  const meant = issue.errors.findLast((issues) =>
    issues.every(({ path: at, code }) => at.length > 0 || code === 'unrecognized_keys'),
  )
  const [inner] = meant ?? []
  return inner === undefined ? { ...issue, path } : innermost(inner, path)
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (part, key) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, key)
        ? (part as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  )
}

/** A value with something in the place of every secret in it. */
function withoutSecrets(value: unknown, path: readonly PropertyKey[]): unknown {
  if (typeof value === 'string') return mayBeSecret(path) && !value.includes('${') ? HIDDEN : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each, index) => withoutSecrets(each, [...path, index]))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutSecrets(each, [...path, key])]),
  )
}

/** A value as the file says it, short, and without the password of a URL. */
function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? redactStorageUrl(part.trim()) : part,
  )
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
