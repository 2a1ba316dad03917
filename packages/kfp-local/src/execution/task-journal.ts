import { createHash } from 'node:crypto'
import { timestamp } from '../clock/now.ts'
import type { Collection } from '../state/collection.ts'
import { where } from '../state/condition.ts'
import { type Io, NOTHING, type Outcome } from './io.ts'
import type { TaskRecord } from './task-record.ts'

/** What is known of the tasks of one run, kept as they begin and end. A run that is taken up again finds it all. */
export class TaskJournal {
  readonly #tasks: Collection<TaskRecord>
  readonly #runId: string
  readonly #known: Map<string, TaskRecord>

  constructor(tasks: Collection<TaskRecord>, runId: string) {
    this.#tasks = tasks
    this.#runId = runId
    this.#known = new Map(tasks.all([where('run_id', runId)]).map((task) => [task.path, task]))
  }

  /** How a task ended well before, where it did. */
  done(path: string): Outcome | undefined {
    const task = this.#known.get(path)
    if (task?.state !== 'SUCCEEDED' && task?.state !== 'CACHED') return undefined
    return { state: task.state, outputs: task.outputs }
  }

  begin(
    task: Pick<TaskRecord, 'name' | 'path' | 'type' | 'iteration'>,
    parent: string | undefined,
    inputs: Io,
  ): TaskRecord {
    const known = this.#known.get(task.path)
    if (known !== undefined)
      return this.#set(known, { state: 'RUNNING', attempts: known.attempts + 1, inputs })
    const record: TaskRecord = {
      ...task,
      task_id: taskId(this.#runId, task.path),
      run_id: this.#runId,
      ...(parent !== undefined && { parent_task_id: parent }),
      state: 'RUNNING',
      created_at: timestamp(),
      attempts: 1,
      inputs,
      outputs: NOTHING,
    }
    this.#known.set(task.path, record)
    return this.#tasks.insert(record.task_id, record)
  }

  /** Whether a container waits for room, or has it. */
  mark(path: string, state: 'PENDING' | 'RUNNING'): void {
    const task = this.#known.get(path)
    if (task !== undefined && task.state !== state) this.#set(task, { state })
  }

  end(path: string, { state, outputs, message }: Outcome): void {
    const task = this.#known.get(path)
    if (task === undefined || state === 'OMITTED') return
    this.#set(task, { state, outputs, ended_at: timestamp(), ...(message !== undefined && { message }) })
  }

  #set(task: TaskRecord, fields: Partial<TaskRecord>): TaskRecord {
    const changed = this.#tasks.update(task.task_id, fields)
    this.#known.set(task.path, changed)
    return changed
  }
}

/** An id that looks like any other, and is the same when a run is taken up again. */
function taskId(runId: string, path: string): string {
  const hex = createHash('sha256').update(`${runId}/${path}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
