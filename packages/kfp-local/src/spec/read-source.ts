import type { PipelineSource } from '@tune/kfp/api'
import { parseAllDocuments } from 'yaml'
import { ApiError } from '../api/api-error.ts'
import { checkSpec } from './check-spec.ts'

/**
 * Reads an uploaded file: YAML or JSON; the specification, and perhaps a second document for the platform.
 *
 * @throws ApiError INVALID_ARGUMENT
 */
export function readSource(text: string): PipelineSource {
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents) || documents.length === 0)
    throw new ApiError('INVALID_ARGUMENT', 'the pipeline file is empty')
  const [fault] = documents.flatMap(({ errors }) => errors)
  if (fault !== undefined)
    throw new ApiError('INVALID_ARGUMENT', `the pipeline file is not YAML: ${fault.message.split('\n')[0]}`)
  const [spec, platform] = documents.map((document) => document.toJS() as unknown)
  return checkSource(platform === undefined ? spec : { pipeline_spec: spec, platform_spec: platform })
}

/**
 * A specification as it came in a request, alone or with its platform.
 *
 * @throws ApiError INVALID_ARGUMENT
 */
export function checkSource(source: unknown): PipelineSource {
  const isPair = typeof source === 'object' && source !== null && 'pipeline_spec' in source
  checkSpec(isPair ? source.pipeline_spec : source)
  return source as PipelineSource
}
