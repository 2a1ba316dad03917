/**
 * What tuning gains on days that it has not seen: twenty studies as the demo's, in two areas, are tuned by the command
 * line; then what they recommend, the trial with the best value, and the current parameters drive 28 days with each kind
 * of input, three paired replications a day. `pnpm bench:gain`; it takes a while. The figures are reported, whatever they
 * are.
 */
import { signedRankTest } from '@tune/core'
import { type Area, daysOf, defaultParameters, INPUTS, openSimulator, parseParameters } from '@tune/sim-local'
import { workplace } from '../e2e/tuner.ts'

const AREAS: readonly Area[] = ['yokohama', 'downtown']
/** Fixed before the first run. */
const SEEDS = Array.from({ length: 10 }, (_, i) => 401 + i)
const DAYS = daysOf('49-76')
const REPLICATIONS = [1001, 1002, 1003]
/** 97.5 % of Student's t with 19 degrees of freedom: as many as there are studies, less one. */
const T19 = 2.093024
const LEVEL = 0.05

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x / values.length, 0)
const percent = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)} %`

interface Comparison {
  readonly inputs: string
  /** In percent, day by day, of what the current parameters earn on average. */
  readonly recommended: readonly number[]
  readonly luckiest: readonly number[]
}

/** A mean with its 95 % interval over the studies. */
function over(values: readonly number[]): string {
  const middle = mean(values)
  const variance = values.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (values.length - 1)
  const half = T19 * Math.sqrt(variance / values.length)
  return `${percent(middle)} (${percent(middle - half)} to ${percent(middle + half)})`
}

/** How many hypotheses Holm's method refuses. */
function refusedByHolm(ps: readonly number[]): number {
  const sorted = ps.toSorted((a, b) => a - b)
  const first = sorted.findIndex((p, i) => p > LEVEL / (sorted.length - i))
  return first === -1 ? sorted.length : first
}

async function tuned(area: Area, seed: number) {
  await using place = await workplace()
  await place.write(
    'study.yaml',
    `study: s\nseed: ${seed}\nsampler: { name: tpe }\nobjective:\n  simulator: { area: ${area}, size: m, frame: 17-21, inputs: both }\n`,
  )
  const { code, err } = await place.tuner('run', 'study.yaml')
  if (code !== 0) throw new Error(err)
  const best = async (...options: readonly string[]) =>
    parseParameters(JSON.parse((await place.tuner('best', 'study.yaml', ...options)).out))
  return { recommended: await best(), luckiest: await best('--observed') }
}

const comparisons: Comparison[] = []
for (const area of AREAS) {
  await using simulator = openSimulator({ area, size: 'm', frame: '17-21' })
  const dailyOf = async (parameters: typeof defaultParameters, inputs: (typeof INPUTS)[number]) => {
    const all: (readonly { readonly profitPerDriverHour: number }[])[] = []
    for (const seed of REPLICATIONS)
      all.push((await simulator.simulateDays(DAYS, parameters, { inputs, seed })).days)
    return DAYS.map((_, i) => mean(all.map((days) => days[i]?.profitPerDriverHour ?? Number.NaN)))
  }
  const now = new Map<string, readonly number[]>()
  for (const inputs of INPUTS) now.set(inputs, await dailyOf(defaultParameters, inputs))
  for (const seed of SEEDS) {
    const { recommended, luckiest } = await tuned(area, seed)
    for (const inputs of INPUTS) {
      const current = now.get(inputs) ?? []
      const gains = (daily: readonly number[]) =>
        daily.map((value, i) => (100 * (value - (current[i] ?? Number.NaN))) / mean(current))
      const each = {
        inputs,
        recommended: gains(await dailyOf(recommended, inputs)),
        luckiest: gains(await dailyOf(luckiest, inputs)),
      }
      comparisons.push(each)
      const [r, l] = [mean(each.recommended), mean(each.luckiest)]
      console.log(`  ${area} ${seed} ${inputs}: recommended ${percent(r)}, best value ${percent(l)}`)
    }
  }
}

for (const inputs of INPUTS)
  for (const which of ['recommended', 'luckiest'] as const) {
    const gains = comparisons.filter((each) => each.inputs === inputs).map((each) => mean(each[which]))
    const lowest = percent(Math.min(...gains))
    console.log(`${inputs} inputs, ${which}: ${over(gains)} over the current parameters, lowest ${lowest}`)
  }
for (const alternative of ['less', 'greater'] as const) {
  // Two-sided at the level: one-sided at half of it.
  const ps = comparisons.map(({ recommended }) =>
    Math.min(1, 2 * signedRankTest(recommended, { alternative })),
  )
  const alone = ps.filter((p) => p <= LEVEL).length
  const word = alternative === 'less' ? 'worse' : 'better'
  console.log(
    `recommended is significantly ${word} in ${alone} of ${ps.length} comparisons, ${refusedByHolm(ps)} after Holm`,
  )
}
const studies = Array.from({ length: comparisons.length / INPUTS.length }, (_, i) =>
  comparisons.slice(i * INPUTS.length, (i + 1) * INPUTS.length),
)
const differences = studies.map((each) =>
  mean(each.map(({ recommended, luckiest }) => mean(recommended) - mean(luckiest))),
)
console.log(`recommended less best value, over both inputs: ${over(differences)}`)
