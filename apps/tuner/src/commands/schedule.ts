import { formatInZone } from '../schedule/cron.ts'
import { type Schedule, type ScheduledRun, Schedules } from '../schedule/schedules.ts'
import { table } from '../text/format.ts'
import { bold, dim, say } from '../text/output.ts'
import type { ScheduleAction } from './schedule-actions.ts'

/** Does something to the schedule of a study's file, and says what came of it. */
export async function schedule(
  action: ScheduleAction,
  file: string,
  { json }: { readonly json: boolean },
): Promise<void> {
  const schedules = await Schedules.open(file)
  const answer = await perform(schedules, action)
  if (json) return say(JSON.stringify(answer))
  if (answer === null) return say(`${bold(schedules.name)} removed`)
  if (Array.isArray(answer)) return say(listed(answer as readonly Schedule[]))
  if ('run' in answer)
    return say(`run ${answer.run} started${answer.url === undefined ? '' : `: ${answer.url}`}`)
  sayOne(answer as Schedule & { readonly runs?: readonly ScheduledRun[] })
}

function perform(schedules: Schedules, action: ScheduleAction) {
  switch (action) {
    case 'create':
      return schedules.create()
    case 'list':
      return schedules.list()
    case 'show':
      return schedules.show()
    case 'pause':
      return schedules.pause()
    case 'resume':
      return schedules.resume()
    case 'edit':
      return schedules.edit()
    case 'run-now':
      return schedules.runNow()
    case 'remove':
      return schedules.remove().then(() => null)
  }
}

function listed(schedules: readonly Schedule[]): string {
  if (schedules.length === 0) return 'no schedules'
  const rows = schedules.map((each) => [
    each.name,
    each.cron,
    each.zone,
    each.isPaused ? 'paused' : nextOf(each),
  ])
  return table([['name', 'when', 'zone', 'next'], ...rows])
}

function nextOf({ next, zone }: Schedule): string {
  return next[0] === undefined ? 'never' : formatInZone(next[0], zone)
}

function sayOne(schedule: Schedule & { readonly runs?: readonly ScheduledRun[] }): void {
  const { name, cron, zone, isPaused, next, runs = [] } = schedule
  say(`${bold(name)} ${dim(`${cron} in ${zone}`)}${isPaused ? ' paused' : ''}`)
  if (next.length > 0) say(`next: ${next.map((at) => formatInZone(at, zone)).join(', ')}`)
  if (runs.length > 0)
    say(
      table([
        ['begun', 'state', 'run'],
        ...runs.map(({ begun, state, run, url }) => [formatInZone(begun, zone), state, url ?? run]),
      ]),
    )
}
