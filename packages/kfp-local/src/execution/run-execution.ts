import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type {
  ComponentSpec,
  ContainerSpec,
  KubernetesPlatform,
  PipelineSpec,
  RetryPolicy,
  TaskSpec,
} from '@tune/kfp/api'
import type { LimitFunction } from 'p-limit'
import type { TaskFaults } from '../misbehaviour/task-faults.ts'
import { isExitTask } from '../spec/components.ts'
import { fingerprint, type TaskCache } from './cache.ts'
import { type Cluster, podEnvironment } from './cluster.ts'
import { executeGraph, type TaskRunner } from './execute-graph.ts'
import type { LocalImages } from './images.ts'
import { type Io, NOTHING, type Outcome } from './io.ts'
import type { Surroundings } from './resolve-inputs.ts'
import { runContainer } from './run-container.ts'
import type { TaskJournal } from './task-journal.ts'
import type { TaskRecord } from './task-record.ts'

/** What one run of a pipeline is made with. */
export interface RunSetting {
  readonly spec: PipelineSpec
  readonly platform: KubernetesPlatform
  readonly cluster: Cluster
  readonly parameters: Io['parameters']
  readonly placeholders: Surroundings['run']
  readonly images: LocalImages
  readonly journal: TaskJournal
  readonly cache: TaskCache
  /** How many containers run at once on this machine. */
  readonly slots: LimitFunction
  /** Where the run may write. */
  readonly folder: string
  readonly faults: TaskFaults
  /** Aborts where the run is terminated, or the server closes. */
  readonly signal: AbortSignal
  /** Aborts where the server closes: ends also tasks that are told how others ended. */
  readonly closing: AbortSignal
}

/** Runs a pipeline, or goes on with it: what ended well before is not done again. */
export async function executeRun(setting: RunSetting): Promise<Outcome> {
  const { spec, parameters, journal, signal } = setting
  const inputs: Io = { parameters, artifacts: {} }
  const root = { name: 'root', path: 'root', type: 'ROOT' } as const
  const { task_id } = journal.begin(root, undefined, inputs)
  const outcome = await new Execution(setting).component(spec.root, inputs, { ...root, parent: task_id })
  const ended: Outcome = signal.aborted ? TERMINATED_RUN : outcome
  journal.end('root', ended)
  return ended
}

const TERMINATED_RUN: Outcome = {
  state: 'FAILED',
  outputs: NOTHING,
  message: 'terminated',
  isTerminated: true,
}

/** Where a component stands in the run. */
interface Place {
  readonly name: string
  readonly path: string
  readonly parent: string
}

class Execution implements TaskRunner {
  readonly setting: RunSetting

  constructor(setting: RunSetting) {
    this.setting = setting
  }

  get signal(): AbortSignal {
    return this.setting.signal
  }

  get spec(): PipelineSpec {
    return this.setting.spec
  }

  get placeholders(): Surroundings['run'] {
    return this.setting.placeholders
  }

  get journal(): TaskJournal {
    return this.setting.journal
  }

  /** Runs what a component is: a graph, which has a task of its own by now, or a container. */
  component(component: ComponentSpec, inputs: Io, place: Place, task?: TaskSpec): Promise<Outcome> {
    if (component.dag !== undefined) return executeGraph(this, component, inputs, place)
    const { executors = {} } = this.spec.deploymentSpec
    const container = executors[component.executorLabel ?? '']?.container
    if (container === undefined)
      return Promise.resolve(failed(`the executor '${component.executorLabel}' is no container`))
    const signal = task !== undefined && isExitTask(task) ? this.setting.closing : this.signal
    return this.#container({ container, component, inputs, place, task, signal })
  }

  async #container(step: Step): Promise<Outcome> {
    const { container, component, inputs, place, task } = step
    const { journal, cache } = this.setting
    const before = journal.done(place.path)
    if (before !== undefined) return before
    const record = journal.begin(
      { name: place.name, path: place.path, type: 'RUNTIME' },
      place.parent,
      inputs,
    )
    const key =
      task?.cachingOptions?.enableCache === true ? fingerprint(container, component, inputs) : undefined
    const cached = key === undefined ? undefined : cache.find(key)
    const outcome: Outcome =
      cached === undefined
        ? await this.#attempts(step, record, task?.retryPolicy)
        : { state: 'CACHED', outputs: cached }
    if (key !== undefined && outcome.state === 'SUCCEEDED') cache.put(key, outcome.outputs)
    journal.end(place.path, outcome)
    return outcome
  }

  async #attempts(step: Step, record: TaskRecord, policy: RetryPolicy | undefined): Promise<Outcome> {
    const { faults, slots } = this.setting
    const { signal } = step
    for (let attempt = 0; ; attempt++) {
      try {
        await faults.before({ task: record.name, inputs: step.inputs.parameters }, signal)
        const needsRoom = !isSmall(step.container)
        if (needsRoom && slots.activeCount >= slots.concurrency) this.journal.mark(record.path, 'PENDING')
        const run = () => this.#attempt(step, record, attempt)
        const outputs = needsRoom ? await slots(run) : await run()
        return { state: 'SUCCEEDED', outputs }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        if (signal.aborted) return TERMINATED_RUN
        if (attempt >= (policy?.maxRetryCount ?? 0)) return failed(`${record.name}: ${message}`)
        const waited = await delay(pause(policy, attempt), true, { signal }).catch(() => false)
        if (!waited) return TERMINATED_RUN
      }
    }
  }

  async #attempt(
    { container, component, inputs, signal }: Step,
    record: TaskRecord,
    attempt: number,
  ): Promise<Io> {
    const { images, folder, platform, cluster } = this.setting
    signal.throwIfAborted()
    this.journal.mark(record.path, 'RUNNING')
    const own = join(folder, record.task_id, `${record.attempts}.${attempt}`)
    mkdirSync(own, { recursive: true })
    const log = (text: string) => appendFileSync(join(folder, record.task_id, 'log.txt'), text)
    const pod = platform.deploymentSpec?.executors[component.executorLabel ?? '']
    const env = { ...podEnvironment(cluster, pod), ...environmentOf(container) }
    return runContainer({ container, component, inputs, folder: own, signal, log, env }, images)
  }
}

interface Step {
  readonly container: ContainerSpec
  readonly component: ComponentSpec
  readonly inputs: Io
  readonly place: Place
  readonly task: TaskSpec | undefined
  /** Ends it. */
  readonly signal: AbortSignal
}

function environmentOf({ env = [] }: ContainerSpec): Readonly<Record<string, string>> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]))
}

/** Up to which share of a processor a container waits for no room, but runs beside what it waits for itself. */
const SMALL_CPU = 0.5

/** A tuner that submits runs of its own asks for little, and would wait forever for what stands behind it. */
function isSmall({ resources }: ContainerSpec): boolean {
  const { resourceCpuRequest } = resources ?? {}
  if (resourceCpuRequest === undefined) return false
  const amount = Number.parseFloat(resourceCpuRequest)
  return (resourceCpuRequest.endsWith('m') ? amount / 1000 : amount) <= SMALL_CPU
}

function failed(message: string): Outcome {
  return { state: 'FAILED', outputs: NOTHING, message }
}

/** In milliseconds, how long to wait before a retry; none, where the policy says nothing. */
function pause(policy: RetryPolicy | undefined, attempt: number): number {
  const first = seconds(policy?.backoffDuration ?? '0s')
  const longest = policy?.backoffMaxDuration === undefined ? 3600 : seconds(policy.backoffMaxDuration)
  return 1000 * Math.min(first * Math.pow(policy?.backoffFactor ?? 2, attempt), longest)
}

function seconds(duration: string): number {
  return Number.parseFloat(duration)
}
