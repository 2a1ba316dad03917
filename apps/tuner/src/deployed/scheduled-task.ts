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

/** Reads what a task was given, as it is at the time of its schedule, where it belongs to one. */
export async function scheduledTask(input: string, file: string): Promise<ScheduledTask> {
  const task = deployedTask(input, file)
  const { schedule, kfp } = task.config
  if (task.tick === undefined || schedule === undefined) return { ...task, idle: undefined, due: undefined }
  const { client } = await openKfp(kfp)
  const { scheduled_at, created_at } = await client.runs.get(task.run)
  const at = Date.parse((task.tick === 'scheduled' ? scheduled_at : created_at) ?? '')
  const idle =
    task.tick === 'scheduled' && !isDue(schedule, at)
      ? `${new Date(at).toISOString()} is no time of '${schedule.cron}' in ${schedule.zone}`
      : undefined
  const due = task.tick === 'scheduled' ? new Date(at).toISOString().slice(0, 16) : undefined
  if (idle !== undefined) return { ...task, idle, due }
  await task.layOut()
  const instances = await rollingInstances(schedule, at, task.config.folderOfFile)
  return { ...deployedTask(input, file, at, instances), idle, due }
}
