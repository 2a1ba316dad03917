import { systemClock, TuneError } from '@tune/core'
import type { KfpClient } from '@tune/kfp'
import type { Predicate, RecurringRun, Run } from '@tune/kfp/api'
import { ConfigError } from '../config/config-error.ts'
import type { StudyConfig } from '../config/study-config.ts'
import { type Prepared, prepare } from '../deploy/prepare.ts'
import { namesOf } from '../deploy/tuner-pipeline.ts'
import { referenceTo, upload } from '../deploy/upload.ts'
import { linkTo, type OpenedKfp, openKfp } from '../objective/pipeline/open-kfp.ts'
import { type CronTimes, isDue, nextTimes, serverCron } from './cron.ts'
import type { ScheduleConfig } from './schedule-config.ts'

/** A schedule as the server has it. */
export interface Schedule extends CronTimes {
  readonly name: string
  readonly isPaused: boolean
  /** The next times, in ISO 8601; none while it is paused. */
  readonly next: readonly string[]
}

/** A run that a schedule started, or a person in its place. */
export interface ScheduledRun {
  readonly run: string
  readonly state: string
  readonly begun: string
  readonly url?: string
}

/** How many times are shown ahead, and runs back. */
const SHOWN = 5
/** What the description of a schedule's recurring run begins with. The rest is its cron line and zone. */
const MARK = 'tuner schedule: '
const LIVE = ['PENDING', 'RUNNING', 'CANCELING', 'PAUSED']

/** The schedules of a server, and what can be done to that of a study's file. */
export class Schedules {
  readonly #prepared: Prepared
  readonly #server: OpenedKfp

  private constructor(prepared: Prepared, server: OpenedKfp) {
    this.#prepared = prepared
    this.#server = server
  }

  /** @throws ConfigError; TuneError as `KfpClient` does */
  static async open(path: string): Promise<Schedules> {
    const prepared = await prepare(path, true)
    return new Schedules(prepared, await openKfp(prepared.config.kfp))
  }

  get #client(): KfpClient {
    return this.#server.client
  }

  get #config(): StudyConfig {
    return this.#prepared.config
  }

  get name(): string {
    return namesOf(this.#config).name
  }

  /** @throws TuneError KFP_CONFLICT there is one already; ConfigError the file has no schedule */
  async create(): Promise<Schedule> {
    const times = scheduleOf(this.#config)
    if ((await this.#found()) !== undefined)
      throw new TuneError(
        'KFP_CONFLICT',
        `there is a schedule '${this.name}' already: tuner schedule edit changes it`,
        {
          name: this.name,
        },
      )
    return shown(await this.#start(times, 'ENABLE'))
  }

  async list(): Promise<readonly Schedule[]> {
    return (await this.#all()).map(shown)
  }

  /** @throws TuneError KFP_NOT_FOUND there is none */
  async show(): Promise<Schedule & { readonly runs: readonly ScheduledRun[] }> {
    const recurring = await this.#existing()
    const runs = await this.#runsOf()
    return { ...shown(recurring), runs: runs.slice(0, SHOWN).map((run) => this.#shownRun(run)) }
  }

  /** @throws TuneError KFP_NOT_FOUND there is none */
  async pause(): Promise<Schedule> {
    const { recurring_run_id } = await this.#existing()
    await this.#client.recurringRuns.disable(recurring_run_id)
    return shown(await this.#existing())
  }

  /** @throws TuneError KFP_NOT_FOUND there is none */
  async resume(): Promise<Schedule> {
    const { recurring_run_id } = await this.#existing()
    await this.#client.recurringRuns.enable(recurring_run_id)
    return shown(await this.#existing())
  }

  /**
   * Lets it be as the file says now. One that is paused stays so.
   *
   * @throws TuneError KFP_NOT_FOUND there is none; ConfigError the file has no schedule
   */
  async edit(): Promise<Schedule> {
    const times = scheduleOf(this.#config)
    const before = await this.#existing()
    // The server cannot change one. For a moment there are two, of which the storage lets one tune.
    const after = await this.#start(times, isPaused(before) ? 'DISABLE' : 'ENABLE')
    await this.#client.recurringRuns.delete(before.recurring_run_id)
    return shown(after)
  }

  /** @throws TuneError KFP_NOT_FOUND there is none */
  async remove(): Promise<void> {
    await this.#client.recurringRuns.delete((await this.#existing()).recurring_run_id)
  }

  /** @throws TuneError KFP_NOT_FOUND there is none; KFP_CONFLICT a run of it is not over yet */
  async runNow(): Promise<ScheduledRun> {
    const { pipeline_version_reference, runtime_config, service_account, experiment_id } =
      await this.#existing()
    const live = (await this.#runsOf()).find(({ state = '' }) => LIVE.includes(state))
    if (live !== undefined)
      throw new TuneError(
        'KFP_CONFLICT',
        `a run of the schedule '${this.name}' is not over yet: ${live.run_id}`,
        {
          name: this.name,
          run: live.run_id,
        },
      )
    if (pipeline_version_reference === undefined)
      throw new TuneError('KFP_NOT_FOUND', `schedule '${this.name}': its pipeline is gone`, {
        name: this.name,
      })
    const run = await this.#client.runs.create({
      display_name: `${this.name}-now`,
      pipeline_version_reference,
      runtime_config: { parameters: { ...runtime_config?.parameters, tick: 'now' } },
      ...(experiment_id !== undefined && { experiment_id }),
      ...(service_account !== undefined && { service_account }),
    })
    return this.#shownRun(run)
  }

  /**
   * Whether the server's clock for schedules is in the zone that the file says, as the runs show that the schedule
   * started; `undefined` where there is none yet.
   */
  async isInZone(): Promise<boolean | undefined> {
    const found = await this.#found()
    const cron = cronOf(found)
    const { serverZone: zone } = scheduleOf(this.#config)
    if (found === undefined || cron === undefined) return undefined
    const begun = (await this.#runsOf())
      .filter(({ recurring_run_id }) => recurring_run_id === found.recurring_run_id)
      .map(({ scheduled_at = '' }) => Date.parse(scheduled_at))
    return begun.length === 0 ? undefined : begun.some((at) => isDue({ cron, zone }, at))
  }

  async #start(times: ScheduleConfig, mode: 'ENABLE' | 'DISABLE'): Promise<RecurringRun> {
    const { experimentId } = await this.#server.runnerOptions()
    const { serviceAccount } = this.#config.kfp
    const { cron, zone, serverZone } = times
    return this.#client.recurringRuns.create({
      display_name: this.name,
      description: `${MARK}${cron} ${zone}`,
      experiment_id: experimentId,
      pipeline_version_reference: referenceTo(await upload(this.#prepared, this.#server)),
      runtime_config: { parameters: {} },
      trigger: { cron_schedule: { cron: serverCron(times, serverZone, systemClock.now()) } },
      // One that comes while another runs ends at once and says so; it does not wait for its turn.
      max_concurrency: '10',
      no_catchup: true,
      mode,
      ...(serviceAccount !== undefined && { service_account: serviceAccount }),
    })
  }

  async #all(): Promise<readonly RecurringRun[]> {
    const { namespace } = this.#config.kfp
    const found: RecurringRun[] = []
    for await (const each of this.#client.recurringRuns.list(namespace === undefined ? {} : { namespace }))
      if (each.description?.startsWith(MARK) === true) found.push(each)
    return found
  }

  async #found(): Promise<RecurringRun | undefined> {
    return (await this.#all()).find(({ display_name }) => display_name === this.name)
  }

  async #existing(): Promise<RecurringRun> {
    const found = await this.#found()
    if (found !== undefined) return found
    const names = (await this.#all()).map(({ display_name }) => display_name)
    const others = names.length === 0 ? 'there is none yet' : `there are ${names.join(', ')}`
    throw new TuneError('KFP_NOT_FOUND', `there is no schedule '${this.name}'; ${others}`, {
      name: this.name,
    })
  }

  /** The runs of the tuner that its schedule started, or a person in its place: the latest first. */
  async #runsOf(): Promise<readonly Run[]> {
    const { experimentId } = await this.#server.runnerOptions()
    const found: Run[] = []
    const named: Predicate = { operation: 'IS_SUBSTRING', key: 'display_name', string_value: this.name }
    const of = { experimentId, predicates: [named], sortBy: 'created_at desc' } as const
    for await (const run of this.#client.runs.list(of))
      if (run.display_name.startsWith(`${this.name}-`) && isOfTuner(run)) found.push(run)
    return found
  }

  #shownRun({ run_id, state = 'PENDING', created_at = '' }: Run): ScheduledRun {
    const { ui } = this.#config.kfp
    return { run: run_id, state, begun: created_at, ...(ui !== undefined && { url: linkTo(ui, run_id) }) }
  }
}

/** Runs of trials have other names, or none of these. */
function isOfTuner({ recurring_run_id, display_name }: Run): boolean {
  return recurring_run_id !== undefined || display_name.endsWith('-now')
}

/** @throws ConfigError the file has none, or a study that would be the same every time */
function scheduleOf({ schedule, studyAsWritten }: StudyConfig): ScheduleConfig {
  if (schedule === undefined)
    throw new ConfigError("schedule: it is missing; it must be like { cron: '0 3 * * 1', zone: Asia/Tokyo }")
  if (!/\$\{(date|time)\}/.test(studyAsWritten))
    throw new ConfigError(
      `study: it must have \${date} in it, so that each time makes a new one, but is '${studyAsWritten}'`,
    )
  return schedule
}

function cronOf(recurring: RecurringRun | undefined): string | undefined {
  const { trigger } = recurring ?? {}
  return trigger !== undefined && 'cron_schedule' in trigger ? trigger.cron_schedule.cron : undefined
}

function isPaused({ status, mode }: RecurringRun): boolean {
  return status === 'DISABLED' || mode === 'DISABLE'
}

function shown(recurring: RecurringRun): Schedule {
  const words = (recurring.description ?? '').slice(MARK.length).split(' ')
  const times = { cron: words.slice(0, -1).join(' '), zone: words.at(-1) ?? 'UTC' }
  const paused = isPaused(recurring)
  const next = paused ? [] : nextTimes(times, systemClock.now(), SHOWN)
  return {
    name: recurring.display_name,
    ...times,
    isPaused: paused,
    next: next.map((at) => new Date(at).toISOString()),
  }
}
