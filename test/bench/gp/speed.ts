/**
 * How long a suggestion takes against Optuna's GPSampler: the same histories, in turns, on the same machine.
 * `pnpm bench:gp-speed`. Fails where the ratio at 200 trials of 10 parameters is below 5.
 */
import { gp, type SearchSpace } from '@tune/core'
import { randomSource } from '@tune/core/random'
import { Peer } from './peer.ts'
import { Told } from './told.ts'

/** Suggestions timed at each size, each told before the next. Kernels are fitted anew every few of them. */
const SUGGESTIONS = 24
const SIZES = [
  [50, 5],
  [100, 5],
  [200, 10],
  [400, 10],
] as const

function rosenbrock(x: readonly number[]): number {
  return x
    .slice(1)
    .reduce(
      (sum, next, k) => sum + 100 * (next - (x[k] as number) ** 2) ** 2 + (1 - (x[k] as number)) ** 2,
      0,
    )
}

await using peer = new Peer()
const directions = ['minimize'] as const
let enough = true
console.log('trials  parameters  Optuna ms  tune ms  cold  ratio')
for (const [trials, dimension] of SIZES) {
  const names = Array.from({ length: dimension }, (_, k) => `x${k}`)
  const space: SearchSpace = Object.fromEntries(
    names.map((name) => [name, { kind: 'float', low: -5, high: 5, log: false, step: null }]),
  )
  const lossOf = (params: Readonly<Record<string, number>>) =>
    rosenbrock(names.map((name) => params[name] as number))
  const source = randomSource(7)
  const told = new Told(space)
  for (let number = 0; number < trials; number++) {
    const stream = source.stream(number, 'history')
    const params = Object.fromEntries(names.map((name) => [name, -5 + 10 * stream.uniform()]))
    told.tell(params, [lossOf(params)])
  }
  await peer.begin(space, directions, 1)
  await peer.add(told.trials)
  const sampler = gp()
  const first = told.request(1, directions)
  // Compiles the code, and warms up the peer as well.
  gp().suggest(first)
  const warm = await peer.ask()
  await peer.tell(warm.number, [lossOf(warm.params)])
  const start = performance.now()
  gp().suggest(first)
  const cold = performance.now() - start
  let [ours, theirs] = [0, 0]
  for (let i = 0; i < SUGGESTIONS; i++) {
    const asked = await peer.ask()
    theirs += (1000 * asked.seconds) / SUGGESTIONS
    await peer.tell(asked.number, [lossOf(asked.params)])
    const before = performance.now()
    const { params } = sampler.suggest(told.request(1, directions))
    ours += (performance.now() - before) / SUGGESTIONS
    told.tell(params, [lossOf(params)])
  }
  if (trials === 200 && theirs < 5 * ours) enough = false
  const cells = [
    trials,
    dimension,
    theirs.toFixed(1),
    ours.toFixed(1),
    cold.toFixed(0),
    (theirs / ours).toFixed(1),
  ]
  console.log(cells.map((cell, i) => String(cell).padStart([6, 12, 11, 9, 6, 7][i] as number)).join(''))
}
if (!enough) process.exitCode = 1
