import type { DagSpec, JsonValue, RuntimeArtifact } from '@tune/kfp/api'
import type { Io, Outcome } from './io.ts'

/** What comes out of a graph: outputs of its tasks. Where one of several tasks makes an output, of the one that ran. */
export function graphOutputs({ outputs = {} }: DagSpec, outcomes: ReadonlyMap<string, Outcome>): Io {
  const parameters: Record<string, JsonValue> = {}
  for (const [name, source] of Object.entries(outputs.parameters ?? {})) {
    const selectors =
      'valueFromParameter' in source ? [source.valueFromParameter] : source.valueFromOneof.parameterSelectors
    const value = selectors
      .map(
        ({ producerSubtask, outputParameterKey }) =>
          outcomes.get(producerSubtask)?.outputs.parameters[outputParameterKey],
      )
      .find((each) => each !== undefined)
    if (value !== undefined) parameters[name] = value
  }
  const artifacts: Record<string, readonly RuntimeArtifact[]> = {}
  for (const [name, { artifactSelectors }] of Object.entries(outputs.artifacts ?? {})) {
    const found = artifactSelectors.flatMap(
      ({ producerSubtask, outputArtifactKey }) =>
        outcomes.get(producerSubtask)?.outputs.artifacts[outputArtifactKey] ?? [],
    )
    if (found.length > 0) artifacts[name] = found
  }
  return { parameters, artifacts }
}
