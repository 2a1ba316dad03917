/** What can be done to the schedule of a study's file, with a description for people. */
export const SCHEDULE_ACTIONS = {
  create: 'start the tuner again and again, at the times of the file',
  list: 'list the schedules of the server',
  show: 'show the next times, and the last runs',
  pause: 'start it no more, until it is resumed',
  resume: 'start it again',
  edit: 'let it be as the file says now',
  'run-now': 'start it now, unless a run of it is not over yet',
  remove: 'start it no more; its runs and studies stay',
} as const

export type ScheduleAction = keyof typeof SCHEDULE_ACTIONS
