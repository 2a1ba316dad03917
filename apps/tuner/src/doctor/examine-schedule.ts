import { systemClock } from '@tune/core'
import type { Finding } from '@tune/storage'
import { formatInZone, nextTimes } from '../schedule/cron.ts'
import { rollingInstances } from '../schedule/rolling-instances.ts'
import { Schedules } from '../schedule/schedules.ts'
import { look, type Patient } from './finding.ts'

/** Whether a schedule comes at its times. */
export async function* examineSchedule({ config, path }: Patient): AsyncGenerator<Finding> {
  const { schedule, folderOfFile } = config
  if (schedule === undefined) return
  const { zone, serverZone } = schedule
  const [next = 0] = nextTimes(schedule, systemClock.now(), 1)
  yield look('times', () => `next at ${formatInZone(new Date(next).toISOString(), zone)} ${zone}`)
  if (schedule.instances !== undefined)
    yield look(
      'instances',
      async () => (await rollingInstances(schedule, next, folderOfFile))?.join(', ') ?? '',
    )
  const isInZone = await (await Schedules.open(path)).isInZone()
  if (isInZone === undefined)
    yield {
      about: 'zone',
      level: 'warning',
      text: `the server does not tell the zone of its clock; its first run by this schedule will show whether it is ${serverZone}`,
    }
  else if (isInZone)
    yield { about: 'zone', level: 'ok', text: `the server's clock for schedules is that of ${serverZone}` }
  else
    yield {
      about: 'zone',
      level: 'error',
      text: `the server's runs by this schedule come at other times than those of ${serverZone}; set schedule.serverZone to the server's CRON_SCHEDULE_TIMEZONE, and then: tuner schedule edit`,
    }
}
