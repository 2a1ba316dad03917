/**
 * The storage against Optuna 5's, on one server that puts each commit on the disk: `pnpm bench:storage`; some minutes.
 * Fails where tune does not reach what it promises.
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createDatabaseOn, startServer } from '@tune/tooling/mysql'
import { optunaFive } from '../../interop/python-environment.ts'
import { writeLargeStudy } from './large-study.ts'
import { type Load, peers, throughput } from './throughput.ts'

const ROUNDS = 5
const LARGE = 100_000
const LARGE_PARAMS = 5

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number

/** What tune promises: so many times Optuna's trials a second. */
function promised({ processes, params, reports }: Load): number | undefined {
  if (processes === 8) return 6
  if (processes === 1 && reports === 0) return params === 2 ? 5 : 10
  return undefined
}

const python = optunaFive()
await using server = await startServer({ durable: true })
const [cpu] = cpus()
console.log(
  `${server.name}, ${cpus().length} cores (${cpu?.model.trim()}), ${process.version}; random sampler`,
)
const broken: string[] = []

const { url } = await createDatabaseOn(server.url)
console.log(
  '\ntrials a second, the median of five rounds, and the least and largest ratio\nprocesses  parameters  reports     tune   Optuna  ratio  promised  from to',
)
for (const reports of [0, 10]) {
  for (const params of [2, 20]) {
    for (const processes of [1, 4, 8]) {
      const load = { processes, params, reports }
      const rounds: { readonly tune: number; readonly optuna: number }[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const [tune, optuna] = peers(python)
        rounds.push({ tune: await throughput(tune, url, load), optuna: await throughput(optuna, url, load) })
      }
      const ratios = rounds.map(({ tune, optuna }) => tune / optuna)
      const ratio = median(ratios)
      const least = promised(load)
      const cells = [processes, params, reports].map((it, i) => String(it).padStart([9, 12, 9][i] as number))
      const figures = [median(rounds.map(({ tune }) => tune)), median(rounds.map(({ optuna }) => optuna))]
      console.log(
        `${cells.join('')} ${figures.map((it) => it.toFixed(1).padStart(8)).join(' ')} ${ratio.toFixed(1).padStart(6)} ${String(least ?? '').padStart(9)}  ${Math.min(...ratios).toFixed(1)} ${Math.max(...ratios).toFixed(1)}`,
      )
      if (least !== undefined && ratio < least)
        broken.push(`${JSON.stringify(load)}: ${ratio.toFixed(2)} < ${least}`)
    }
  }
}

const large = await createDatabaseOn(server.url)
await writeLargeStudy(large.url, 'large', LARGE, LARGE_PARAMS)
await writeLargeStudy(large.url, 'small', 100, LARGE_PARAMS)

interface Opened {
  readonly complete: number
  readonly opening: number
  readonly rss: number
  readonly perTrial: number
}
const opened = (program: string, script: string, ...args: readonly string[]) =>
  JSON.parse(
    execFileSync(program, [fileURLToPath(new URL(script, import.meta.url)), ...args], { encoding: 'utf8' }),
  ) as Opened
const ours = (name: string) =>
  opened(process.execPath, 'tune-opener.ts', large.url, name, '400', String(LARGE_PARAMS))
const theirs = opened(python, 'optuna_opener.py', large.url.replace('mysql:', 'mysql+pymysql:'), 'large')
const rounds = Array.from({ length: ROUNDS }, () => ({ small: ours('small'), large: ours('large') }))
const opening = median(rounds.map((it) => it.large.opening)) / theirs.opening
const rss = Math.max(...rounds.map((it) => it.large.rss))
const growth = median(rounds.map((it) => it.large.perTrial / it.small.perTrial))
console.log(`
a study of ${LARGE} trials with ${LARGE_PARAMS} parameters
opening: tune ${(median(rounds.map((it) => it.large.opening)) / 1000).toFixed(2)} s, Optuna ${(theirs.opening / 1000).toFixed(1)} s: ${opening.toFixed(3)} of it (promised: 0.1)
memory: tune ${rss.toFixed(0)} MB (promised: 200), Optuna ${theirs.rss.toFixed(0)} MB
ask and tell: ${growth.toFixed(2)} times what they cost at 100 trials (promised: 1.3)`)
if (opening > 0.1) broken.push(`opening ${opening}`)
if (rss > 200) broken.push(`memory ${rss}`)
if (growth > 1.3) broken.push(`growth ${growth}`)
console.log(broken.length === 0 ? '\nall as promised' : `\nnot as promised: ${broken.join('; ')}`)
if (broken.length > 0) process.exitCode = 1
