import { Cron } from 'croner'
import { describe, expect, it } from 'vitest'
import { isCron, isDue, isZone, localDate, serverCron } from '../src/schedule/cron.ts'

const MINUTE = 60_000
const at = (text: string) => Date.parse(text)

/** All minutes of a span at which a server of a zone would tick, and of these those that are due. */
function ticks(cron: string, zone: string, serverZone: string, from: string, to: string) {
  const line = serverCron({ cron, zone }, serverZone, at(from))
  const server = new Cron(line, { timezone: serverZone, paused: true })
  const all: number[] = []
  for (
    let next = server.nextRun(new Date(at(from) - 1));
    next !== null && next.getTime() < at(to);
    next = server.nextRun(next)
  )
    all.push(next.getTime())
  return { line, all, due: all.filter((each) => isDue({ cron, zone }, each)) }
}

const utc = (moments: readonly number[]) => moments.map((each) => new Date(each).toISOString().slice(0, 16))

describe('a time of a zone with summer time, on a server of UTC', () => {
  it.each([
    [
      'Europe/Berlin',
      '2026-03-28',
      ['2026-03-28T02:15', '2026-03-29T01:15', '2026-03-30T01:15'],
      '0 15 1,2 * * *',
    ],
    [
      'Europe/Berlin',
      '2026-10-24',
      ['2026-10-24T01:15', '2026-10-25T02:15', '2026-10-26T02:15'],
      '0 15 1,2 * * *',
    ],
    [
      'America/New_York',
      '2026-03-07',
      ['2026-03-07T08:15', '2026-03-08T07:15', '2026-03-09T07:15'],
      '0 15 7,8 * * *',
    ],
    [
      'America/New_York',
      '2026-10-31',
      ['2026-10-31T07:15', '2026-11-01T08:15', '2026-11-02T08:15'],
      '0 15 7,8 * * *',
    ],
    [
      'Australia/Lord_Howe',
      '2026-04-03',
      ['2026-04-03T16:15', '2026-04-04T16:45', '2026-04-05T16:45'],
      '0 15,45 16 * * *',
    ],
    [
      'Australia/Lord_Howe',
      '2026-10-02',
      ['2026-10-02T16:45', '2026-10-03T16:15', '2026-10-04T16:15'],
      '0 15,45 16 * * *',
    ],
  ])('comes once a day at 3:15 in %s, from %s', (zone, from, expected, line) => {
    const end = new Date(at(from) + 3 * 1440 * MINUTE).toISOString()
    const found = ticks('15 3 * * *', zone, 'UTC', from, end)
    expect(found.line).toBe(line)
    expect(utc(found.due)).toEqual(expected)
    expect(found.all.length).toBeGreaterThanOrEqual(found.due.length)
  })

  it.each([
    ['that is left out comes when the clock was put forward', '2026-03-29', ['2026-03-29T01:00']],
    ['that comes twice is due once', '2026-10-25', ['2026-10-25T00:30']],
  ])('%s', (_, from, expected) => {
    const end = new Date(at(from) + 1440 * MINUTE).toISOString()
    expect(utc(ticks('30 2 * * *', 'Europe/Berlin', 'UTC', from, end).due)).toEqual(expected)
  })
})

it.each([
  ['30 4 * * 1', 'Asia/Tokyo', 'UTC'],
  ['0 9 1 * *', 'Asia/Kolkata', 'America/New_York'],
  ['*/20 22-23 * * 5', 'America/Los_Angeles', 'Europe/Berlin'],
  ['0 3 * * *', 'UTC', 'Europe/London'],
  ['5 0 31 12 *', 'Pacific/Auckland', 'UTC'],
])('every time of %s in %s comes on a server of %s', (cron, zone, serverZone) => {
  const [from, to] = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']
  const wanted: number[] = []
  const own = new Cron(cron, { timezone: zone, paused: true })
  for (
    let next = own.nextRun(new Date(at(from) - 1));
    next !== null && next.getTime() < at(to);
    next = own.nextRun(next)
  )
    wanted.push(next.getTime())
  expect(wanted.length).toBeGreaterThan(0)
  expect(ticks(cron, zone, serverZone, from, to).due).toEqual(wanted)
})

it('dates are those of the zone', () => {
  const late = at('2026-11-26T16:00:00Z')
  expect([localDate(late, 'UTC'), localDate(late, 'Asia/Tokyo'), localDate(late, 'Asia/Tokyo', 27)]).toEqual([
    '2026-11-26',
    '2026-11-27',
    '2026-10-31',
  ])
})

it('lines and zones that are none are known', () => {
  expect(['0 3 * * 1', '0 0 3 * * 1', '61 3 * * *', 'daily', '0 3 31 2 *'].map(isCron)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ])
  expect(['Asia/Tokyo', 'UTC', 'Tokyo', ''].map(isZone)).toEqual([true, true, false, false])
})
