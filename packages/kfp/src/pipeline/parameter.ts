import type { JsonObject, JsonValue, ParameterType } from '../api/index.ts'

/** What a parameter of each type holds. */
export interface ParameterValues {
  readonly NUMBER_DOUBLE: number
  readonly NUMBER_INTEGER: number
  readonly STRING: string
  readonly BOOLEAN: boolean
  readonly LIST: readonly JsonValue[]
  readonly STRUCT: JsonObject
  /** Only an exit handler has one. */
  readonly TASK_FINAL_STATUS: never
}

/** An input: its type, or its type and what it is when nobody says. */
export type InputSpec<T extends ParameterType = ParameterType> =
  | T
  | { readonly type: T; readonly default: JsonValue }

/** The inputs of a component or a pipeline, by name. */
export type InputSpecs = Readonly<Record<string, InputSpec>>

/** The outputs of a component, by name. */
export type OutputSpecs = Readonly<Record<string, ParameterType>>

/** The type of an input, whether or not it has a default. */
export type InputType<S extends InputSpec> = S extends { readonly type: infer T } ? T : S

export function inputType(spec: InputSpec): ParameterType {
  return typeof spec === 'string' ? spec : spec.type
}
