import { TuneError } from '@tune/core'
import { parseAllDocuments, stringify } from 'yaml'
import type { PipelineSource, PipelineSpec, PlatformSpec } from '../api/index.ts'
import type { CompiledPipeline } from './compile.ts'

/** Quotes what YAML 1.1, which Python and some Go readers speak, would take for a date or a boolean. */
const READABLE_BY_ALL = { schema: 'core', compat: 'yaml-1.1', aliasDuplicateObjects: false } as const

/** A compiled pipeline as YAML: one document, and a second one when Kubernetes must know something. */
export function pipelineYaml({ spec, platform }: CompiledPipeline): string {
  const documents = platform === undefined ? [spec] : [spec, platform]
  return documents.map((document) => stringify(document, READABLE_BY_ALL)).join('---\n')
}

/**
 * Reads a compiled pipeline, as `pipelineYaml` or the SDK writes it: YAML or JSON, with a second document where
 * Kubernetes must know something.
 *
 * @throws TuneError INVALID_ARGUMENT it is no YAML, or no pipeline
 */
export function parsePipeline(text: string): PipelineSource {
  const documents = parseAllDocuments(text)
  const all = Array.isArray(documents) ? documents : []
  const [fault] = all.flatMap(({ errors }) => errors)
  if (fault !== undefined)
    throw new TuneError('INVALID_ARGUMENT', `it is no YAML: ${fault.message.split('\n')[0]}`)
  const [spec, platform] = all.map((document) => document.toJS() as unknown)
  if (!isPipeline(spec))
    throw new TuneError('INVALID_ARGUMENT', 'it is no compiled pipeline: it has no pipelineInfo, or no root')
  return platform === undefined ? spec : { pipeline_spec: spec, platform_spec: platform as PlatformSpec }
}

function isPipeline(value: unknown): value is PipelineSpec {
  const { pipelineInfo, root } = (value ?? {}) as {
    readonly pipelineInfo?: { readonly name?: unknown }
    readonly root?: unknown
  }
  return typeof pipelineInfo?.name === 'string' && typeof root === 'object'
}
