/**
 * What a suggestion of CMA-ES costs as a study grows to 100,000 trials: tune, and Rustuna, which keeps a Python `cmaes`
 * in memory. `pnpm bench:cma`; a minute. For tune it is the time of the sampler, for Rustuna what a trial takes longer
 * than with random search; beside it what a whole trial takes.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cmaEs, createStudy, float, randomSampler, type Sampler } from '@tune/core'

const DIMENSIONS = 10
const SIZES = [1000, 10_000, 100_000]

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A Python with Rustuna, made once. */
function pythonWithRustuna(): string {
  const environment = here('../../node_modules/.cache/tune-bench')
  const python = `${environment}/bin/python`
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
  const packages = ['rustuna==0.2.0', 'cmaes==0.13.1']
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: 'inherit',
  })
  return python
}

/** The same sampler, and the seconds that its suggestions took. */
function timed(sampler: Sampler): { readonly sampler: Sampler; seconds: number } {
  const timing = {
    seconds: 0,
    sampler: {
      ...sampler,
      suggest: (request: Parameters<Sampler['suggest']>[0]) => {
        const begin = performance.now()
        const decision = sampler.suggest(request)
        timing.seconds += (performance.now() - begin) / 1000
        return decision
      },
    },
  }
  return timing
}

async function studySeconds(sampler: Sampler, trials: number): Promise<number> {
  const space = Object.fromEntries(Array.from({ length: DIMENSIONS }, (_, i) => [`x${i}`, float(-5, 5)]))
  await using study = await createStudy({ space, sampler, seed: 1 })
  const begin = performance.now()
  // Rastrigin's function: its many minima keep the search from an early end.
  await study.optimize(
    ({ params }) =>
      Object.values(params).reduce((sum, x) => sum + x * x + 10 * (1 - Math.cos(2 * Math.PI * x)), 0),
    { trials },
  )
  return (performance.now() - begin) / 1000
}

function peerSeconds(python: string, sampler: string, trials: number): number {
  const args = [here('rustuna_worker.py'), sampler, DIMENSIONS, trials].map(String)
  return Number(execFileSync(python, args, { encoding: 'utf8' }))
}

const micro = (seconds: number, trials: number) => ((seconds / trials) * 1e6).toFixed(0).padStart(8)

const python = pythonWithRustuna()
console.log(`${DIMENSIONS} parameters, microseconds`)
console.log('  trials  tune: a suggestion   a trial   Rustuna: a suggestion   a trial')
for (const trials of SIZES) {
  await studySeconds(randomSampler(), trials)
  const timing = timed(cmaEs())
  const tune = await studySeconds(timing.sampler, trials)
  const [peer, random] = ['cmaEs', 'random'].map((name) => peerSeconds(python, name, trials)) as [
    number,
    number,
  ]
  console.log(
    `${String(trials).padStart(8)}${micro(timing.seconds, trials).padStart(20)}${micro(tune, trials).padStart(10)}` +
      `${micro(peer - random, trials).padStart(24)}${micro(peer, trials).padStart(10)}`,
  )
}
