import type { ComponentSpec, KubernetesPlatform, PipelineSource, PipelineSpec, TaskSpec } from '@tune/kfp/api'

/** The specification itself, without what only Kubernetes needs. */
export function specOf(source: PipelineSource): PipelineSpec {
  return 'pipeline_spec' in source ? source.pipeline_spec : source
}

/** What only Kubernetes needs. */
export function platformOf(source: PipelineSource): KubernetesPlatform {
  return 'pipeline_spec' in source ? (source.platform_spec?.platforms.kubernetes ?? {}) : {}
}

/** Whether a task is told how others ended: it runs even where the run is terminated. */
export function isExitTask({ inputs }: TaskSpec): boolean {
  return Object.values(inputs?.parameters ?? {}).some((input) => 'taskFinalStatus' in input)
}

/** The component that a task runs. */
export function componentOf(spec: PipelineSpec, { componentRef }: TaskSpec): ComponentSpec {
  const component = spec.components?.[componentRef.name]
  if (component === undefined) throw new Error(`there is no component '${componentRef.name}'`)
  return component
}

/** The tasks of its own graph that a task waits for: those it says, and those whose outputs it takes. */
export function upstreamOf({ dependentTasks = [], inputs }: TaskSpec): ReadonlySet<string> {
  const upstream = new Set(dependentTasks)
  for (const input of Object.values(inputs?.parameters ?? {})) {
    if ('taskOutputParameter' in input) upstream.add(input.taskOutputParameter.producerTask)
    if ('taskFinalStatus' in input) upstream.add(input.taskFinalStatus.producerTask)
  }
  for (const input of Object.values(inputs?.artifacts ?? {}))
    if ('taskOutputArtifact' in input) upstream.add(input.taskOutputArtifact.producerTask)
  return upstream
}
