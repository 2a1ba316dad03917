import type { Document } from 'yaml'
import { isScalar, visit } from 'yaml'
import { pathOf } from '../config/environment.ts'
import type { Issue } from '../config/issue.ts'
import { isSecret } from '../config/secret-keys.ts'

/** The first secret that a file holds itself, and not as `${NAME}`. */
export function literalSecret(document: Document): Issue | undefined {
  let found: Issue | undefined
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (key === 'key' || !isScalar(node) || typeof node.value !== 'string' || node.value.includes('${'))
        return undefined
      const path = pathOf(node, ancestors)
      const isPassword = path.join('.') === 'storage' && hasPassword(node.value)
      if (!isPassword && !isSecret(path)) return undefined
      const what = isPassword ? 'its password' : 'it'
      const message = `${what} would travel with the pipeline for others to read; write '\${NAME}', and say in deploy.pods.secretEnv which secret NAME is`
      found = { path, message }
      return visit.BREAK
    },
  })
  return found
}

function hasPassword(url: string): boolean {
  return (URL.parse(url)?.password ?? '') !== ''
}
