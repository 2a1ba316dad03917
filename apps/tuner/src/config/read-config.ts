import { readFile } from 'node:fs/promises'
import { redactStorageUrl } from '@tune/storage'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { wantedBy } from './explain-issue.ts'
import { type StudyConfig, studyConfig } from './study-config.ts'

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

/** See {@link readConfig}; `path` is how errors name the file. */
export function parseConfig(text: string, path: string): StudyConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0])
    throw new ConfigError(`${path}:${line}: ${broken.message.split(/ at line |\n/)[0]}`, { cause: broken })
  }
  const parsed = studyConfig.safeParse(document.toJS() ?? {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue === undefined) throw parsed.error
  const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] as string] : issue.path
  const place = lineOf(document, lines, at)
  throw new ConfigError(
    `${path}${place}: ${at.join('.') || 'the file'}: ${meaning(issue, shown(document.getIn(at)))}`,
  )
}

/** The line of a value, or of the nearest thing around it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return `:${lines.linePos(node.range[0]).line}`
  }
  return ''
}

function meaning(issue: z.core.$ZodIssue, value: string | undefined): string {
  const wanted = wantedBy(issue)
  if (wanted !== undefined) {
    return value === undefined
      ? `it is missing; it must be ${wanted}`
      : `it must be ${wanted}, but is ${value}`
  }
  // What our own checks say has the values in it.
  if (value === undefined || issue.code === 'custom') return issue.message
  return `it is ${value}, but ${issue.message}`
}

/** A value as the file says it, short, and without the password of a URL. */
function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? redactStorageUrl(part.trim()) : part,
  )
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
