import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config/read-config.ts'
import { prepare } from '../src/deploy/prepare.ts'
import { rollingInstances } from '../src/schedule/rolling-instances.ts'
import type { ScheduleConfig } from '../src/schedule/schedule-config.ts'

const AT = Date.parse('2026-03-01T16:00:00Z')
const of = (instances: ScheduleConfig['instances'], zone = 'Asia/Tokyo') =>
  rollingInstances({ cron: '0 3 * * *', zone, serverZone: 'UTC', instances }, AT, '.')

describe('the instances of a schedule', () => {
  it('are the days before its date, the oldest first', async () => {
    expect(await of({ last: 3 })).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
    expect(await of({ last: 2 }, 'UTC')).toEqual(['2026-02-27', '2026-02-28'])
    expect(await of(undefined)).toBeUndefined()
  })

  it('are what a command prints', async () => {
    expect(await of({ command: ['sh', '-c', 'echo " a-$TUNE_DATE "; echo; echo b'] })).toEqual([
      'a-2026-03-02',
      'b',
    ])
    await expect(of({ command: ['sh', '-c', 'exit 3'] })).rejects.toThrow('it failed (3)')
    await expect(of({ command: ['true'] })).rejects.toThrow('it printed no names')
  })
})

describe('a schedule in a file', () => {
  const file = (schedule: string, study = 's') =>
    `study: ${study}\nmetrics: { a: maximize }\nspace: { x: { type: int, low: 0, high: 9 } }\nobjective: { command: [x] }\nschedule: ${schedule}\n`

  it.each([
    ["{ cron: '0 0 3 * * 1' }", "schedule.cron: it must be five fields, as '0 3 * * 1' for Mondays at three"],
    ["{ cron: '0 3 * * 1', zone: Tokyo }", 'schedule.zone: it must be a time zone, as Asia/Tokyo'],
    ["{ cron: '0 3 * * 1', instances: { last: 0 } }", 'schedule.instances.last'],
  ])('that is wrong is told in one line: %s', (schedule, said) => {
    expect(() => parseConfig(file(schedule), 'study.yaml')).toThrow(said)
  })

  it('gives the date and the time of its zone to the name of the study', () => {
    const text = file("{ cron: '0 3 * * 1', zone: Asia/Tokyo }", 'churn-${date}-${time}')
    expect(parseConfig(text, 'study.yaml', {}, AT)).toMatchObject({
      study: 'churn-2026-03-02-01-00',
      studyAsWritten: 'churn-${date}-${time}',
    })
    expect(parseConfig(text, 'study.yaml', { date: '2026-02-23' }, AT).study).toBe('churn-2026-02-23-01-00')
  })
})

it('instances that an objective does not take are told before there is a schedule', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tune-schedule-'))
  const path = join(folder, 'study.yaml')
  const text = (schedule: string) =>
    `study: s-\${date}\nstorage: mysql://h/d\nobjective: { simulator: { area: suburb, size: xs } }\nschedule: ${schedule}\n`
  await writeFile(path, text("{ cron: '0 3 * * 1' }"))
  expect((await prepare(path, true)).config.schedule?.cron).toBe('0 3 * * 1')
  await writeFile(path, text("{ cron: '0 3 * * 1', instances: { last: 7 } }"))
  await expect(prepare(path, true)).rejects.toThrow('instances: the simulator has its own')
  await rm(folder, { recursive: true })
})
