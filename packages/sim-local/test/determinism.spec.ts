import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runDay } from '../src/simulator/day-task.ts'
import { openSimulator } from '../src/simulator/simulator.ts'
import { defaultParameters } from '../src/value-iteration/parameters.ts'
import { daysOf } from '../src/world/periods.ts'

/** What the simulator computed when its model was last changed on purpose. */
const GOLDEN = '2ceba321fe5aca6d11beb027d5a974954d30f5f3091ebc895ed95b5403e171dd'

const options = { area: 'suburb', size: 'xs', frame: '06-10' } as const

describe('the same bits', () => {
  // The second is V8's interpreter alone. `--jitless` is that too, but takes WebAssembly with it, which Node needs to strip types.
  it.each([
    [[]],
    [['--no-opt', '--no-sparkplug', '--no-maglev']],
    [['--no-opt']],
    [['--no-opt', '--always-sparkplug']],
  ])('with V8 as %j', (flags) => {
    const script = fileURLToPath(new URL('./golden.ts', import.meta.url))
    expect(execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' })).toBe(GOLDEN)
  })

  it.each([1, 2, 7])('with %i threads', async (workers) => {
    await using alone = openSimulator({ ...options, workers: 0 })
    await using threaded = openSimulator({ ...options, workers })
    const days = daysOf('35-41')
    const how = { inputs: 'predicted', seed: 4 } as const
    const expected = await alone.simulateDays(days, defaultParameters, how)
    expect(await threaded.simulateDays(days, defaultParameters, how)).toEqual(expected)
    expect(expected.days.map(({ day }) => day)).toEqual([35, 36, 37, 38, 39, 40, 41])
  })

  it('in any order of days, and with further days', () => {
    const run = (days: readonly number[]) => {
      const task = {
        ...options,
        drivers: 4,
        inputs: 'predicted',
        parameters: defaultParameters,
        seed: 2,
      } as const
      return new Map(days.map((day) => [day, runDay({ ...task, day })]))
    }
    const inOrder = run([28, 29, 30, 31, 150])
    const shuffled = run([31, 150, 29, 36, 28, 30])
    for (const [day, result] of inOrder) expect(shuffled.get(day)).toEqual(result)
  })
})

describe('another seed', () => {
  it('is another replication of the same days', async () => {
    await using simulator = openSimulator({ ...options, workers: 0 })
    const run = (seed: number) =>
      simulator.simulateDays(daysOf('train'), defaultParameters, { inputs: 'statistical', seed })
    const [one, two] = [await run(1), await run(2)]
    expect(one.profitPerDriverHour).not.toBe(two.profitPerDriverHour)
    expect(one.days.map(({ passengers }) => passengers)).toEqual(two.days.map(({ passengers }) => passengers))
  })
})

describe('options that are wrong', () => {
  it('are named', () => {
    expect(() => openSimulator({ ...options, area: 'atlantis' as 'suburb' })).toThrow(
      "area: it must be one of yokohama, downtown, suburb, but is 'atlantis'",
    )
  })
})
