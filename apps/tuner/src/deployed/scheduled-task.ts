import { openKfp } from '../objective/pipeline/open-kfp.ts'
import { isDue } from '../schedule/cron.ts'
import { rollingInstances } from '../schedule/rolling-instances.ts'
import { type DeployedTask, deployedTask } from './deployed-task.ts'

/** A task as its schedule has it: of the date at which it was due. */
export interface ScheduledTask extends DeployedTask {
  /** Why nothing is to be done; `undefined` where something is. */
  readonly idle: string | undefined
  /** When it was due, as text; `undefined` where somebody started it. */
  readonly due: string | undefined
}

/**
 * Reads what a task was given, as it is at the time of its schedule; without one, as it was when its run was made. Every
 * attempt reads the same, whatever day it has become.
 */
export async function scheduledTask(input: string, file: string): Promise<ScheduledTask> {
  const task = deployedTask(input, file)
  const { tick, isDated, run, config } = task
  if (tick === undefined && !isDated) return { ...task, idle: undefined, due: undefined }
  const { client } = await openKfp(config.kfp)
  const { scheduled_at, created_at } = await client.runs.get(run)
  const at = Date.parse((tick === 'scheduled' ? scheduled_at : created_at) ?? '')
  const { schedule } = config
  if (tick === undefined || schedule === undefined)
    return { ...deployedTask(input, file, at), idle: undefined, due: undefined }
  const isTime = tick === 'now' || isDue(schedule, at)
  const moment = new Date(at).toISOString().slice(0, 16)
  if (!isTime) {
    const idle = `${moment} UTC is no time of '${schedule.cron}' in ${schedule.zone}`
    return { ...task, idle, due: undefined }
  }
  await task.layOut()
  const instances = await rollingInstances(schedule, at, config.folderOfFile)
  const due = tick === 'now' ? undefined : moment
  return { ...deployedTask(input, file, at, instances), idle: undefined, due }
}
