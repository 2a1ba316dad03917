/** Stands for the container of a task: `fold <fold> <params> <executor input> <out>`, `sum <scores> <out>`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const [what, ...args] = process.argv.slice(2)
const out = args.at(-1) as string
if (what === 'fold') {
  const [fold = '', params = '{}', input = '{}'] = args
  console.log(`scoring ${fold}`)
  const { gain = 1 } = JSON.parse(params) as { gain?: number }
  const score = gain * Number(fold) + 0.1
  writeFileSync(out, JSON.stringify(score))
  // As the SDK logs a metric.
  const { outputFile, artifacts } = JSON.parse(input).outputs
  const [{ name, uri }] = artifacts.metrics.artifacts
  mkdirSync(dirname(outputFile), { recursive: true })
  const metrics = { artifacts: [{ name, uri, metadata: { half: score / 2 } }] }
  writeFileSync(outputFile, JSON.stringify({ artifacts: { metrics } }))
} else {
  const scores = JSON.parse(args[0] as string) as number[]
  writeFileSync(out, JSON.stringify(scores.reduce((sum, score) => sum + score, 0)))
}
