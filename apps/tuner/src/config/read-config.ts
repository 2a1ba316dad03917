import { readFile } from 'node:fs/promises'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { type StudyConfig, studyConfig } from './study-config.ts'

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
    throw new ConfigError(`${path}: the file cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    })
  }
  return parseConfig(text, path)
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
  throw new ConfigError(`${path}${place}: ${at.join('.') || 'the file'}: ${meaning(issue, document)}`)
}

/** The line of a value, or of the nearest thing around it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return `:${lines.linePos(node.range[0]).line}`
  }
  return ''
}

function meaning(issue: z.core.$ZodIssue, document: Document): string {
  if (issue.code === 'unrecognized_keys') return 'there is no such key'
  const value = document.getIn(issue.path)
  const shown = value === undefined ? 'it is missing' : `it is ${JSON.stringify(value)}`
  return `${shown}; ${issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '')}`
}
