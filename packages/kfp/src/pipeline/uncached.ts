import type { ComponentSpec, PipelineSource, PipelineSpec } from '../api/index.ts'

/** The same pipeline with the server's cache off for all tasks, as pipelines need in which chance is involved. */
export function uncached(source: PipelineSource): PipelineSource {
  return 'pipeline_spec' in source
    ? { ...source, pipeline_spec: ofSpec(source.pipeline_spec) }
    : ofSpec(source)
}

function ofSpec(spec: PipelineSpec): PipelineSpec {
  const components = Object.entries(spec.components ?? {}).map(([name, each]) => [name, ofComponent(each)])
  return { ...spec, components: Object.fromEntries(components), root: ofComponent(spec.root) }
}

function ofComponent(component: ComponentSpec): ComponentSpec {
  const { dag } = component
  if (dag === undefined) return component
  const tasks = Object.entries(dag.tasks).map(([name, task]) => [name, { ...task, cachingOptions: {} }])
  return { ...component, dag: { ...dag, tasks: Object.fromEntries(tasks) } }
}
