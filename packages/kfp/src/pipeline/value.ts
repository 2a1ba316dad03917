import type { JsonValue, ParameterType } from '../api/index.ts'
import type { InputSpecs, InputType, ParameterValues } from './parameter.ts'

/** Where a value comes from: the graph that has it as an input, a task's output or status, or the run itself. */
export type Origin =
  | { readonly kind: 'input'; readonly graph: object; readonly name: string }
  | { readonly kind: 'output'; readonly graph: object; readonly task: string; readonly name: string }
  | { readonly kind: 'status'; readonly graph: object; readonly task: string }
  | { readonly kind: 'run'; readonly placeholder: string }

/** What will be known when the pipeline runs. Give it to a task, or return it from a group. */
export class Value<T extends ParameterType = ParameterType> {
  readonly type: T
  readonly origin: Origin

  constructor(type: T, origin: Origin) {
    this.type = type
    this.origin = origin
  }
}

/** What a task may be given for an input: a value of the pipeline, or a constant. */
export type Argument<T extends ParameterType> = Value<T> | ParameterValues[T]

/** What a task is given: every input that has no default, and of the others what differs. */
export type Arguments<I extends InputSpecs> = {
  readonly [K in keyof I as I[K] extends ParameterType ? K : never]: Argument<InputType<I[K]>>
} & {
  readonly [K in keyof I as I[K] extends ParameterType ? never : K]?: Argument<InputType<I[K]>>
}

/** The values of a graph's own inputs. */
export type InputValues<I extends InputSpecs> = { readonly [K in keyof I]: Value<InputType<I[K]>> }

/** Values by name, as a group returns them. */
export type Values = Readonly<Record<string, Value>>

/** The id of the run, as the API knows it. Servers from 2.5. */
export const RUN_ID = new Value('STRING', { kind: 'run', placeholder: '{{$.pipeline_job_uuid}}' })

/** The display name of the run. Servers from 2.5. */
export const RUN_NAME = new Value('STRING', { kind: 'run', placeholder: '{{$.pipeline_job_name}}' })

/** Whether a constant is one that an input of this type takes. */
export function isOfType(type: ParameterType, constant: JsonValue): boolean {
  switch (type) {
    case 'NUMBER_DOUBLE':
      return Number.isFinite(constant)
    case 'NUMBER_INTEGER':
      return Number.isSafeInteger(constant)
    case 'STRING':
      return typeof constant === 'string'
    case 'BOOLEAN':
      return typeof constant === 'boolean'
    case 'LIST':
      return Array.isArray(constant)
    case 'STRUCT':
      return typeof constant === 'object' && constant !== null && !Array.isArray(constant)
    case 'TASK_FINAL_STATUS':
      return false
  }
}
