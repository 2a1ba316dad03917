import type { JsonValue, ParameterType, PipelineSpec } from '@tune/kfp/api'
import { ApiError } from '../api/api-error.ts'

const CHECKS: Readonly<Record<ParameterType, (value: JsonValue) => boolean>> = {
  NUMBER_DOUBLE: (value) => typeof value === 'number',
  NUMBER_INTEGER: (value) => Number.isInteger(value),
  STRING: (value) => typeof value === 'string',
  BOOLEAN: (value) => typeof value === 'boolean',
  LIST: (value) => Array.isArray(value),
  STRUCT: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  TASK_FINAL_STATUS: () => false,
}

/**
 * What a run is given for the pipeline's inputs, defaults included.
 *
 * @throws ApiError INVALID_ARGUMENT a parameter that the pipeline does not have, one that is missing, one of the wrong
 * type
 */
export function runParameters(
  { root, pipelineInfo }: PipelineSpec,
  given: Readonly<Record<string, JsonValue>> = {},
): Readonly<Record<string, JsonValue>> {
  const definitions = root.inputDefinitions?.parameters ?? {}
  const stray = Object.keys(given).find((name) => definitions[name] === undefined)
  if (stray !== undefined)
    throw new ApiError('INVALID_ARGUMENT', `the pipeline '${pipelineInfo.name}' has no parameter '${stray}'`)
  const parameters: Record<string, JsonValue> = {}
  for (const [name, { parameterType, defaultValue, isOptional }] of Object.entries(definitions)) {
    const value = given[name] ?? defaultValue
    if (value === undefined || value === null) {
      if (isOptional === true) continue
      throw new ApiError('INVALID_ARGUMENT', `the parameter '${name}' of '${pipelineInfo.name}' is not given`)
    }
    if (!CHECKS[parameterType](value))
      throw new ApiError(
        'INVALID_ARGUMENT',
        `the parameter '${name}' is ${JSON.stringify(value)?.slice(0, 100)}; it must be a ${parameterType}`,
      )
    parameters[name] = value
  }
  return parameters
}
