import { type PipelineInterface, possibleMetrics, type WantedMetric } from '@tune/kfp'
import type { InputParameterDefinition, JsonValue } from '@tune/kfp/api'
import { Document, isCollection, isMap, isScalar } from 'yaml'

/** Stands for what only a person knows. */
const CHOOSE = 'CHOOSE'
/** How far the range of a parameter goes from its default, as a factor. */
const FLOAT_FACTOR = 10
const INT_FACTOR = 4

/**
 * A study's file for a pipeline, to be looked through: a space from its inputs and their defaults, the value from its
 * outputs. Comments say what there is to choose from.
 *
 * @param where how the file names the pipeline: `{ name: churn-training }`.
 * @param kfp the server, as the file names it.
 */
export function studyText(
  pipeline: PipelineInterface,
  where: Readonly<Record<string, string>>,
  kfp: Readonly<Record<string, string>>,
): string {
  const [first = { output: CHOOSE }, ...others] = possibleMetrics(pipeline).map(withKey)
  const inputs = Object.entries(pipeline.inputs).map(([name, definition]) => ({
    name,
    ...suggestion(definition),
  }))
  const tuned = inputs.filter(({ parameter }) => parameter !== undefined)
  const given = inputs.filter(({ value }) => value !== undefined)
  // Those in use are known only where all have defaults.
  const isKnown = tuned.every(({ current }) => current !== undefined)
  const document = new Document({
    study: pipeline.name,
    metrics: { [nameOf(first)]: 'maximize' },
    trials: 100,
    parallel: 5,
    objective: {
      pipeline: where,
      ...(given.length > 0 && {
        arguments: Object.fromEntries(given.map(({ name, value }) => [name, value])),
      }),
      [keyOf(first)]: first,
    },
    space: Object.fromEntries(tuned.map(({ name, parameter }) => [name, parameter])),
    ...(tuned.length > 0 &&
      isKnown && { current: Object.fromEntries(tuned.map(({ name, current }) => [name, current])) }),
    ...(Object.keys(kfp).length > 0 && { kfp }),
  })
  document.commentBefore = ` A study of the pipeline '${pipeline.name}'. Look through it, and try it: tuner try FILE`
  shownOnOneLine(document, ['metrics'], 'or minimize')
  shownOnOneLine(document, ['objective', 'pipeline'])
  shownOnOneLine(document, ['objective', keyOf(first)])
  shownOnOneLine(document, ['current'], 'the parameters in use now')
  shownOnOneLine(document, ['kfp'])
  for (const { name, why } of tuned) shownOnOneLine(document, ['space', name], why)
  for (const { name, why } of given) shownOnOneLine(document, ['objective', 'arguments', name], why)
  before(
    document,
    ['objective', keyOf(first)],
    [
      ...(others.length > 0 ? ['In place of it:'] : []),
      ...others.map((each) => `${keyOf(each)}: ${flowText(each)}`),
    ],
  )
  const kept = inputs.filter(({ parameter, value }) => parameter === undefined && value === undefined)
  document.comment = lines([
    ...(kept.length > 0
      ? ['Inputs that keep their defaults; arguments in objective gives them others:']
      : []),
    ...kept.map(({ name, why }) => `  ${name}: ${why}`),
  ])
  return document.toString({ lineWidth: 110 })
}

/** What a file can say of an input. */
interface Suggestion {
  /** How it is tuned, where it may be. */
  readonly parameter?: Readonly<Record<string, unknown>>
  readonly current?: JsonValue
  /** What it has to be given, where it is not tuned and has no default. */
  readonly value?: JsonValue
  readonly why: string
}

function suggestion({ parameterType: type, defaultValue, isOptional }: InputParameterDefinition): Suggestion {
  const why =
    defaultValue === undefined ? `a ${type} without a default` : `default ${JSON.stringify(defaultValue)}`
  const tuned = (parameter: Readonly<Record<string, unknown>>): Suggestion => ({
    parameter,
    ...(defaultValue !== undefined && { current: defaultValue }),
    why: `${why}; choose a range`,
  })
  if (type === 'NUMBER_DOUBLE') return tuned({ type: 'float', ...floatRange(defaultValue) })
  if (type === 'NUMBER_INTEGER') return tuned({ type: 'int', ...intRange(defaultValue) })
  if (type === 'BOOLEAN') return { ...tuned({ type: 'categorical', choices: [false, true] }), why }
  if (defaultValue === undefined && isOptional !== true) return { value: CHOOSE, why }
  return { why: `${type}, ${why}` }
}

function floatRange(value: JsonValue | undefined): Readonly<Record<string, unknown>> {
  if (typeof value !== 'number' || value === 0) return { low: 0, high: 1 }
  if (value < 0) return { low: 2 * value, high: 0 }
  return { low: value / FLOAT_FACTOR, high: value * FLOAT_FACTOR, log: true }
}

function intRange(value: JsonValue | undefined): Readonly<Record<string, unknown>> {
  if (typeof value !== 'number' || value <= 0) return { low: 0, high: 10 }
  return { low: Math.max(1, Math.floor(value / INT_FACTOR)), high: value * INT_FACTOR }
}

/** What a Metrics artifact holds is not in the specification. */
function withKey(wanted: WantedMetric): WantedMetric {
  return wanted.artifact === undefined ? wanted : { ...wanted, key: CHOOSE }
}

function keyOf({ instance }: WantedMetric): 'value' | 'reports' {
  return instance === undefined ? 'value' : 'reports'
}

/** A name for the metric: the SDK calls a single output `Output`. */
function nameOf({ output, key, task }: WantedMetric): string {
  const name = output ?? key ?? 'value'
  return name === 'Output' || name === CHOOSE ? (task ?? 'value') : name
}

function flowText(wanted: WantedMetric): string {
  return `{ ${Object.entries(wanted)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`
}

function shownOnOneLine(document: Document, path: readonly string[], comment?: string): void {
  const node = document.getIn(path, true)
  if (isCollection(node)) node.flow = true
  if (comment !== undefined && (isCollection(node) || isScalar(node))) node.comment = ` ${comment}`
}

function before(document: Document, path: readonly string[], text: readonly string[]): void {
  const map = document.getIn(path.slice(0, -1), true)
  const pair = isMap(map)
    ? map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
    : undefined
  if (isScalar(pair?.key) && text.length > 0) pair.key.commentBefore = lines(text)
}

function lines(text: readonly string[]): string {
  return text.map((line) => ` ${line}`).join('\n')
}
