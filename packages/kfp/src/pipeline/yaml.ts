import { stringify } from 'yaml'
import type { CompiledPipeline } from './compile.ts'

/** Quotes what YAML 1.1, which Python and some Go readers speak, would take for a date or a boolean. */
const READABLE_BY_ALL = { schema: 'core', compat: 'yaml-1.1', aliasDuplicateObjects: false } as const

/** A compiled pipeline as YAML: one document, and a second one when Kubernetes must know something. */
export function pipelineYaml({ spec, platform }: CompiledPipeline): string {
  const documents = platform === undefined ? [spec] : [spec, platform]
  return documents.map((document) => stringify(document, READABLE_BY_ALL)).join('---\n')
}
