import { type Document, isScalar, parse, Scalar, visit } from 'yaml'
import type { Issue } from './issue.ts'

/** `${NAME}`, and `$${` for a literal `${`. */
const REFERENCE = /\$\$\{|\$\{([^{}]*)\}/g

/**
 * Fills in the environment everywhere in a document. A value that is a reference and nothing else has the type that its
 * text has in YAML.
 *
 * @param missingFrom says what is wrong where there is no such variable.
 * @returns a reference to a variable that there is not.
 */
export function fillEnvironment(
  document: Document,
  environment: NodeJS.ProcessEnv,
  missingFrom = (name: string) => `there is no environment variable ${name} (for a literal \${ write $\${)`,
): Issue | undefined {
  let issue: Issue | undefined
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return undefined
      const missing: string[] = []
      const filled = node.value.replaceAll(REFERENCE, (whole, name: string | undefined) => {
        if (name === undefined) return '${'
        const value = environment[name]
        if (value === undefined) missing.push(name)
        return value ?? whole
      })
      const [name] = missing
      if (name !== undefined) {
        issue ??= {
          path: pathOf(node, ancestors),
          message: missingFrom(name),
        }
        return visit.BREAK
      }
      const isWhole = node.type === Scalar.PLAIN && /^\$\{[^{}]*\}$/.test(node.value)
      node.value = isWhole ? scalarOf(filled) : filled
      return undefined
    },
  })
  return issue
}

/** The variables that a file refers to. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? [])
}

/** A text as YAML reads it, where it is no more than a number, true, false or null. */
function scalarOf(text: string): unknown {
  try {
    const value: unknown = parse(text)
    return typeof value === 'number' || typeof value === 'boolean' ? value : text
  } catch {
    return text
  }
}

/** The keys that lead to a node. */
export function pathOf(node: unknown, ancestors: readonly unknown[]): readonly (string | number)[] {
  const path: (string | number)[] = []
  for (const [i, ancestor] of ancestors.entries()) {
    const next = ancestors[i + 1] ?? node
    const { items, key } = ancestor as { readonly items?: readonly unknown[]; readonly key?: unknown }
    if (isScalar(key)) path.push(String(key.value))
    else if (items !== undefined && items.includes(next) && !isPair(next)) path.push(items.indexOf(next))
  }
  return path
}

function isPair(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'key' in node
}
