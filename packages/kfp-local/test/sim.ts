/** Stands for the container of a simulation: `day <day> <params> <out>`, `sum <profits> <out>`. */
import { writeFileSync } from 'node:fs'

const [what, ...args] = process.argv.slice(2)
const out = args.at(-1) as string
if (what === 'day') {
  const [day = '', params = '{}'] = args
  console.log(`simulating ${day}`)
  const { gain = 1 } = JSON.parse(params) as { gain?: number }
  writeFileSync(out, JSON.stringify(gain * Number(day.slice(-2)) + 0.1))
} else {
  const profits = JSON.parse(args[0] as string) as number[]
  writeFileSync(out, JSON.stringify(profits.reduce((sum, profit) => sum + profit, 0)))
}
