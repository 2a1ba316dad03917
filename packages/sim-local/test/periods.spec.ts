import { describe, expect, it } from 'vitest'
import { isDayOff } from '../src/world/calendar.ts'
import { daysOf, firstDayOfWeek, PERIODS } from '../src/world/periods.ts'
import { seasonOf } from '../src/world/seasons.ts'
import { dayEffects } from '../src/world/weather.ts'
import { createWorld } from '../src/world/world.ts'

describe('days', () => {
  it('of all periods are different, follow each other, and begin weeks', () => {
    const days = PERIODS.flatMap(daysOf)
    expect(days).toEqual(Array.from({ length: 166 }, (_, i) => 28 + i))
    expect(PERIODS.map((period) => (daysOf(period)[0] as number) % 7)).toEqual([0, 0, 0])
    expect(daysOf('holdout')).toHaveLength(145)
  })

  it.each([
    ['49-51', [49, 50, 51]],
    ['30', [30]],
    ['33-35, 28,34', [28, 33, 34, 35]],
  ])('are named as in %s', (text, days) => {
    expect(daysOf(text)).toEqual(days)
  })

  it.each(['', 'final', '27', '193-194', '40-39', '1.5', '28-', '-3', '28;29', 'toString'])(
    'are not %j',
    (text) => {
      expect(() => daysOf(text)).toThrow(
        `days: it must be train, confirm, holdout, or days from 28 to 193 as in 49-76 or 28,30-33, but is '${text}'`,
      )
    },
  )

  it('know the first day of their week', () => {
    expect([28, 34, 35, 193].map(firstDayOfWeek)).toEqual([28, 28, 35, 189])
  })
})

describe('the year', () => {
  it('has neither seasons nor holidays up to day 48', () => {
    for (let day = 0; day < 49; day++) {
      expect(seasonOf(day)).toEqual({ demand: 1, rain: 0.25 })
      expect(isDayOff(day)).toBe(day % 7 >= 5)
    }
  })

  it('goes up and down by 12 % without a jump', () => {
    const demand = daysOf('holdout').map((day) => seasonOf(day).demand)
    expect(demand[0]).toBe(1)
    expect(Math.max(...demand)).toBeCloseTo(1.12, 3)
    expect(Math.min(...demand)).toBeCloseTo(0.88, 3)
    for (const [i, each] of demand.entries())
      expect(Math.abs(each - (demand[i - 1] ?? 1))).toBeLessThan(0.006)
  })

  it('has eight holidays in the days to report on, all of them working days otherwise', () => {
    const holidays = daysOf('holdout').filter((day) => isDayOff(day) && day % 7 < 5)
    expect(holidays).toHaveLength(8)
  })

  it('has a rainy season', () => {
    const world = createWorld('suburb', 'xs')
    const rainy = (text: string) => daysOf(text).filter((day) => dayEffects(world, day).rain).length
    expect(rainy('91-132')).toBeGreaterThan(rainy('133-174'))
  })
})
