import type {
  Artifact,
  InputOutputs,
  PipelineTask,
  PipelineTaskDetail,
  RuntimeArtifact,
  RuntimeState,
} from '@tune/kfp/api'
import type { Io } from '../execution/io.ts'
import type { TaskRecord } from '../execution/task-record.ts'

/** A task as the native task API shows it. */
export function nativeTask(task: TaskRecord): PipelineTask {
  const { task_id, run_id, name, state, type, iteration, parent_task_id, path, message } = task
  return {
    task_id,
    run_id,
    name,
    display_name: name,
    state: state === 'PENDING' ? 'RUNNING' : state,
    type: type === 'CONDITION' ? 'CONDITION_BRANCH' : type,
    scope_path: path,
    create_time: task.created_at,
    ...(task.ended_at !== undefined && { end_time: task.ended_at }),
    ...(parent_task_id !== undefined && { parent_task_id }),
    ...(iteration !== undefined && { type_attributes: { iteration_index: String(iteration) } }),
    ...(message !== undefined && { status_metadata: { message } }),
    ...(type === 'RUNTIME' && { pods: [{ name: task_id, type: 'EXECUTOR' }] }),
    inputs: shown(task.inputs),
    outputs: shown(task.outputs),
  }
}

function shown({ parameters, artifacts }: Io): InputOutputs {
  return {
    parameters: Object.entries(parameters).map(([parameter_key, value]) => ({ parameter_key, value })),
    artifacts: Object.entries(artifacts).map(([artifact_key, list]) => ({
      artifact_key,
      artifacts: list.flatMap(shownArtifact),
    })),
  }
}

/** An artifact as the API shows it: of metrics, one for each value. */
function shownArtifact({ name = '', uri = '', metadata = {}, type }: RuntimeArtifact): readonly Artifact[] {
  const values = Object.entries(metadata).filter(([, value]) => typeof value === 'number')
  if (type?.schemaTitle !== 'system.Metrics') return [{ artifact_id: uri, name, uri, metadata }]
  return values.map(([key, value]) => ({
    artifact_id: `${uri}/${key}`,
    name: key,
    type: 'Metric',
    number_value: Number(value),
  }))
}

/** How the node is called that resolves the inputs of a task. */
const PREPARES = '-driver'

const STATES: Readonly<Record<TaskRecord['state'], RuntimeState>> = {
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  CACHED: 'SUCCEEDED',
  SKIPPED: 'SKIPPED',
  FAILED: 'FAILED',
}

/** The nodes of the workflow that a task is on a cluster: what prepares it, and itself. Their outputs are never shown. */
export function taskDetails(task: TaskRecord): readonly PipelineTaskDetail[] {
  const { task_id, run_id, name, state, iteration, message } = task
  const times = {
    create_time: task.created_at,
    start_time: task.created_at,
    end_time: task.ended_at ?? '1970-01-01T00:00:00Z',
  }
  const ended: RuntimeState = STATES[state]
  const node = {
    run_id,
    task_id,
    display_name: iteration === undefined ? name : `iteration-item(${iteration})`,
    ...times,
    state: ended,
    state_history: [{ update_time: task.ended_at ?? task.created_at, state: ended }],
    ...(message !== undefined && { error: { code: 2, message } }),
  }
  if (iteration !== undefined) return [node]
  const prepares: PipelineTaskDetail = {
    ...node,
    task_id: `${task_id}${PREPARES}`,
    display_name: name + PREPARES,
    state: 'SUCCEEDED',
    child_tasks: [{ pod_name: task_id }],
  }
  return [prepares, node]
}
