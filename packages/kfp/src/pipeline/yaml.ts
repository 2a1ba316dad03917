import { stringify } from 'yaml'
import type { CompiledPipeline } from './compile.ts'

/** A compiled pipeline as YAML: one document, and a second one when Kubernetes must know something. */
export function pipelineYaml({ spec, platform }: CompiledPipeline): string {
  const documents = platform === undefined ? [spec] : [spec, platform]
  return documents.map((document) => stringify(document, { aliasDuplicateObjects: false })).join('---\n')
}
