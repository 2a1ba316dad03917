import type { InputSpec } from '@tune/kfp'
import type { JsonValue } from '@tune/kfp/api'
import { ConfigError } from '../config/config-error.ts'
import { type StudyConfig, studyConfigSchema } from '../config/study-config.ts'

/** Always to be changed in the user interface. */
const ALWAYS = ['trials', 'parallel']

/** The keys of a study's file that are inputs of its pipeline, by the name of the input: `sampler_name` is `sampler.name`. */
export function inputKeys(further: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...ALWAYS, ...further].map((key) => [key.replaceAll('.', '_'), key.split('.')]))
}

/** The inputs of the tuner's pipeline, with what the file says as defaults. @throws ConfigError: a key without a value */
export function pipelineInputs(config: StudyConfig): Readonly<Record<string, InputSpec>> {
  const schema = studyConfigSchema()
  const entries = Object.entries(inputKeys(config.deploy.inputs)).map(([name, path]) => {
    const value = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      config,
    )
    if (value === undefined || value === null)
      throw new ConfigError(
        `deploy.inputs: '${path.join('.')}' has no value in the file, which would be the one to change`,
      )
    return [name, { type: typeOf(value, path, schema), default: value as JsonValue }] as const
  })
  return Object.fromEntries(entries)
}

function typeOf(value: unknown, path: readonly string[], schema: object) {
  if (typeof value === 'boolean') return 'BOOLEAN'
  if (typeof value === 'number') return isWhole(path, schema) ? 'NUMBER_INTEGER' : 'NUMBER_DOUBLE'
  if (Array.isArray(value)) return 'LIST'
  return typeof value === 'object' ? 'STRUCT' : 'STRING'
}

/** Whether only whole numbers can stand there. */
function isWhole(path: readonly string[], schema: object): boolean {
  let at = schema as
    | { readonly type?: unknown; readonly properties?: Readonly<Record<string, object>> }
    | undefined
  for (const key of path) at = at?.properties?.[key]
  return at?.type === 'integer'
}
