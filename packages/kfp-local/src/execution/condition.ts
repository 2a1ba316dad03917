import { Environment } from '@marcbachmann/cel-js'
import type { JsonValue } from '@tune/kfp/api'

const environment = new Environment().registerVariable('inputs', 'map')

/** Whether the condition of a task holds: an expression of CEL over `inputs.parameter_values`. */
export function holds(condition: string, parameters: Readonly<Record<string, JsonValue>>): boolean {
  return environment.evaluate(condition, { inputs: { parameter_values: parameters } }) === true
}
