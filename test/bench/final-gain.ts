/**
 * What tuning gains on days that nobody has seen: two areas are tuned by the command line, then the tuned and the
 * current parameters drive the 145 days that follow, two paired replications a day. `pnpm bench:gain`; the figures are reported,
 * whatever they are.
 */
import { workplace } from '../e2e/tuner.ts'

for (const area of ['yokohama', 'downtown']) {
  await using place = await workplace()
  await place.write(
    'study.yaml',
    `study: ${area}\nseed: 1\nobjective:\n  simulator: { area: ${area}, size: m, frame: 17-21, replications: 2 }\n`,
  )
  const run = await place.tuner('run', 'study.yaml')
  const compare = await place.tuner('compare', 'study.yaml', '--days', 'holdout', '--seeds', '2')
  console.log(compare.out.trim())
  if (run.code !== 0 || compare.code !== 0) {
    console.error(run.err + compare.err)
    process.exitCode = 1
  }
}
