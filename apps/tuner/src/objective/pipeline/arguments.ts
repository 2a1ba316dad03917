import type { Distribution, ParamValue, RunRequest, SearchSpace } from '@tune/core'
import { isOfType, type PipelineInterface, runWord } from '@tune/kfp'
import type { JsonValue, ParameterType } from '@tune/kfp/api'
import { assertPlaceholders, filled, textOf } from '@tune/process'
import { ConfigError } from '../../config/config-error.ts'
import type { Params } from '../objective.ts'
import type { PipelineInstances } from './instances.ts'

/** Stands for all parameters at once. */
const ALL = 'params'
/** What an argument can name besides parameters. */
const WORDS = [ALL, 'study', 'trial', 'run']
/** A text that is one placeholder, whose value keeps its type. */
const WHOLE = /^\{([^{}]+)\}$/

export interface ArgumentOptions {
  readonly pipeline: PipelineInterface
  readonly space: SearchSpace
  /** Parameters that are not tuned. */
  readonly fixed: Params
  /** What the file says, by the name of the input. */
  readonly written: Readonly<Record<string, JsonValue>>
  readonly instances: PipelineInstances | undefined
}

/** What the inputs of a pipeline are given in each run. */
export type Arguments = (request: RunRequest) => Readonly<Record<string, JsonValue>>

/**
 * Maps parameters to the inputs of a pipeline: as the file says, and else by their names.
 *
 * @throws ConfigError: an input that there is not, that is given nothing, or something of another type
 */
export function argumentsOf(options: ArgumentOptions): Arguments {
  const { pipeline, space, fixed, written, instances } = options
  const names = [...Object.keys(space), ...Object.keys(fixed)]
  const mentioned = new Set<string>()
  for (const [input, value] of Object.entries(written)) {
    const type = typeOf(pipeline, input, `objective.arguments.${input}`)
    for (const text of textsOf(value)) {
      checkPlaceholders(text, names, input)
      for (const name of [...names, ALL]) if (text.includes(`{${name}}`)) mentioned.add(name)
    }
    checkArgument(input, type, value, options)
  }
  const isMentioned = (name: string) => mentioned.has(name) || mentioned.has(ALL)
  const byName = names.filter(
    (name) => !Object.hasOwn(written, name) && (Object.hasOwn(pipeline.inputs, name) || !isMentioned(name)),
  )
  for (const name of byName) checkByName(name, options)
  checkAllGiven([...Object.keys(written), ...byName], options)
  return (request) => {
    const values = { ...fixed, ...request.params }
    const given: Record<string, JsonValue> = Object.fromEntries(
      byName.map((name) => [name, values[name] ?? null]),
    )
    for (const [input, value] of Object.entries(written))
      given[input] = rendered(value, pipeline.inputs[input]?.parameterType, values, request)
    if (instances?.argument !== undefined) given[instances.argument] = instances.valueFor(request.instances)
    return given
  }
}

function checkPlaceholders(text: string, names: readonly string[], input: string): void {
  const local = ['{slot}', '{dir}'].find((word) => text.includes(word))
  if (local !== undefined)
    throw new ConfigError(`objective.arguments.${input}: ${local} is of this machine; a pipeline has none`)
  try {
    assertPlaceholders(text, [...names, ALL, 'run'], false)
  } catch (error) {
    throw new ConfigError(`objective.arguments.${input}: ${(error as Error).message}`, { cause: error })
  }
}

function typeOf({ inputs, name }: PipelineInterface, input: string, where: string): ParameterType {
  const found = Object.hasOwn(inputs, input) ? inputs[input] : undefined
  if (found !== undefined) return found.parameterType
  throw new ConfigError(`${where}: the pipeline '${name}' has no input '${input}'; ${inputsOf(inputs)}`)
}

function inputsOf(inputs: PipelineInterface['inputs']): string {
  const names = Object.entries(inputs).map(([input, { parameterType }]) => `${input} (${parameterType})`)
  return names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
}

/** What is wrong with a value for an input: a parameter by itself has its type, a text with braces is a text. */
function checkArgument(input: string, type: ParameterType, value: JsonValue, options: ArgumentOptions): void {
  const where = `objective.arguments.${input}`
  const [, name] = typeof value === 'string' ? (WHOLE.exec(value) ?? []) : []
  if (name === undefined) {
    // Braces inside make text of it, whatever they stand for.
    if (!isOfType(type, value)) throw new ConfigError(`${where}: ${JSON.stringify(value)} is no ${type}`)
    return
  }
  if (type === 'STRING') return
  if (name === ALL) {
    if (type !== 'STRUCT') throw new ConfigError(`${where}: {${ALL}} is a STRUCT, and the input a ${type}`)
    return
  }
  if (WORDS.includes(name)) throw new ConfigError(`${where}: {${name}} is text, and the input a ${type}`)
  const fault = misfit(name, type, options)
  if (fault !== undefined)
    throw new ConfigError(`${where}: the parameter '${name}' is ${fault}, and the input a ${type}`)
}

function checkByName(name: string, options: ArgumentOptions): void {
  const { pipeline, space } = options
  const path = Object.hasOwn(space, name) ? `space.${name}` : `fixed.${name}`
  const found = Object.hasOwn(pipeline.inputs, name) ? pipeline.inputs[name] : undefined
  if (found === undefined)
    throw new ConfigError(
      `${path}: the pipeline '${pipeline.name}' has no input '${name}'; ${inputsOf(pipeline.inputs)}. Rename the parameter, or hand it over: objective.arguments: { INPUT: '{${name}}' }`,
    )
  const type = found.parameterType
  const fault = misfit(name, type, options)
  if (fault === undefined) return
  const way =
    type === 'STRING' ? `; to hand it over as text: objective.arguments: { ${name}: '{${name}}' }` : ''
  throw new ConfigError(`${path}: it is ${fault}, and the input '${name}' of the pipeline a ${type}${way}`)
}

/** What a parameter is, tuned or fixed, where it does not fit an input. */
function misfit(name: string, type: ParameterType, { space, fixed }: ArgumentOptions): string | undefined {
  if (Object.hasOwn(space, name)) return faultOf(space[name] as Distribution, type)
  const value = fixed[name] ?? null
  return isOfType(type, value) ? undefined : JSON.stringify(value)
}

function faultOf(distribution: Distribution, type: ParameterType): string | undefined {
  if (distribution.kind === 'categorical') {
    const wrong = distribution.choices.find((choice) => !isOfType(type, choice))
    return wrong === undefined ? undefined : `a choice with ${JSON.stringify(wrong)}`
  }
  const isInt = distribution.kind === 'int'
  if (type === 'NUMBER_DOUBLE' || (type === 'NUMBER_INTEGER' && isInt)) return undefined
  return isInt ? 'a whole number' : 'a float'
}

function checkAllGiven(given: readonly string[], { pipeline, instances }: ArgumentOptions): void {
  for (const [input, { defaultValue, isOptional }] of Object.entries(pipeline.inputs)) {
    if (given.includes(input) || instances?.argument === input) continue
    if (defaultValue === undefined && isOptional !== true)
      throw new ConfigError(
        `objective.arguments: the input '${input}' of the pipeline '${pipeline.name}' has no default, and nothing is given for it`,
      )
  }
}

function* textsOf(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* textsOf(each)
}

/** A value with its placeholders filled in. */
function rendered(
  value: JsonValue,
  type: ParameterType | undefined,
  params: Params,
  request: RunRequest,
): JsonValue {
  if (Array.isArray(value)) return value.map((each) => rendered(each, undefined, params, request))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, rendered(each, undefined, params, request)]),
    )
  if (typeof value !== 'string') return value
  const words: Readonly<Record<string, ParamValue | Params>> = {
    study: request.study,
    trial: String(request.number),
    run: runWord(request),
    [ALL]: params,
    ...params,
  }
  const [, name = ''] = WHOLE.exec(value) ?? []
  if (Object.hasOwn(words, name) && type !== 'STRING') return words[name] as JsonValue
  const texts = Object.entries(words).map(([word, each]) => [word, wordText(each)])
  return filled(value, Object.fromEntries(texts) as Record<string, string>)
}

function wordText(value: ParamValue | Params): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : textOf(value)
}
