import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TuneError } from '@tune/core/errors'
import { Command, Option } from 'commander'
import { INPUTS, type Inputs } from './forecast/day-inputs.ts'
import { openSimulator } from './simulator/simulator.ts'
import { parseParameters } from './value-iteration/parameters.ts'
import { FRAMES, type Frame } from './world/calendar.ts'
import { type Area, SIZES, type Size } from './world/world.ts'

interface DayArguments {
  readonly area: Area
  readonly size: Size
  readonly frame: Frame
  readonly inputs: Inputs
  readonly drivers?: string
  readonly day: string
  readonly params: string
  readonly out: string
}

/** The command line that a container of a simulation pipeline runs: one day, or the profit of all of them. */
export function createCommandLine(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const program = new Command('tune-sim')
    .description('Simulates a taxi city, a day at a time.')
    .version(version)
  program
    .command('day')
    .description("simulate one day, and write the guided drivers' profit per hour, in yen")
    .requiredOption('--area <area>', 'which city')
    .addOption(new Option('--size <size>', 'how large it is').choices([...SIZES]).default('m'))
    .addOption(new Option('--frame <frame>', 'which hours').choices([...FRAMES]).default('all-day'))
    .addOption(new Option('--inputs <inputs>', 'what is forecast').choices([...INPUTS]).default('predicted'))
    .option('--drivers <n>', 'how many drivers are guided')
    .requiredOption(
      '--day <day@seed>',
      'the day, and the seed of its replication: 28@1; with what is forecast: 28/statistical@1',
    )
    .requiredOption('--params <json>', 'the parameters of the value iterator, an object')
    .requiredOption('--out <file>', 'where the profit goes, a number')
    .action(simulateDay)
  program
    .command('mean')
    .description('write the mean of profits')
    .requiredOption('--profits <json>', 'a list of numbers')
    .requiredOption('--out <file>', 'where the mean goes')
    .action(({ profits, out }: { readonly profits: string; readonly out: string }) => writeMean(profits, out))
  return program
}

async function simulateDay(given: DayArguments): Promise<void> {
  const [, day, kind, seed] = /^(\d+)(?:\/(\w+))?@(\d+)$/.exec(given.day) ?? []
  const inputs = INPUTS.find((each) => each === (kind ?? given.inputs))
  if (day === undefined || inputs === undefined)
    throw invalid('day', given.day, 'a day and a seed, as in 28@1 or 28/statistical@1')
  const { area, size, frame, drivers, params, out } = given
  const guidedDrivers = drivers === undefined ? undefined : Number(drivers)
  if (guidedDrivers !== undefined && !(Number.isInteger(guidedDrivers) && guidedDrivers > 0))
    throw invalid('drivers', drivers, 'a whole number of at least 1')
  const parameters = parseParameters(parsed('params', params, 'a JSON object') as Record<string, unknown>)
  const city = { area, size, frame, workers: 0, ...(guidedDrivers !== undefined && { guidedDrivers }) }
  await using simulator = openSimulator(city)
  const result = await simulator.simulateDay(Number(day), parameters, { inputs, seed: Number(seed) })
  console.log(JSON.stringify(result))
  await write(out, result.profitPerDriverHour)
}

async function writeMean(text: string, out: string): Promise<void> {
  const profits = parsed('profits', text, 'a JSON list of numbers')
  if (!Array.isArray(profits) || profits.length === 0 || !profits.every((each) => typeof each === 'number'))
    throw invalid('profits', text, 'a JSON list of numbers')
  await write(out, profits.reduce((sum, profit) => sum + profit, 0) / profits.length)
}

async function write(path: string, value: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(value))
}

function parsed(name: string, text: string, wanted: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw invalid(name, text, wanted)
}

function invalid(name: string, value: unknown, wanted: string): TuneError {
  return new TuneError('INVALID_ARGUMENT', `${name}: it must be ${wanted}, but is '${String(value)}'`, {
    name,
    value,
  })
}
