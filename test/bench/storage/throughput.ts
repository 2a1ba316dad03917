/**
 * Trials a second through one MariaDB or MySQL server that puts each commit on the disk: tune and Optuna 5, in turns.
 * `pnpm bench:storage`; some minutes. Random sampler, an objective that costs nothing.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createStudy } from '@tune/core'
import { openStorage } from '@tune/storage'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** What is measured. */
export interface Load {
  readonly processes: number
  readonly params: number
  readonly reports: number
}

/** Who is measured: how one process of it is started, and how many trials each runs. */
export interface Peer {
  readonly name: string
  readonly command: readonly string[]
  url(database: string): string
  readonly trials: number
}

export function peers(python: string): readonly [tune: Peer, optuna: Peer] {
  return [
    { name: 'tune', command: [process.execPath, here('tune-worker.ts')], url: (url) => url, trials: 800 },
    {
      name: 'Optuna',
      command: [python, here('optuna_worker.py')],
      url: (url) => url.replace('mysql:', 'mysql+pymysql:'),
      trials: 160,
    },
  ]
}

/** Trials a second of all processes together, from when they all begin until the last has ended. */
export async function throughput(peer: Peer, database: string, load: Load): Promise<number> {
  const name = `${peer.name} ${JSON.stringify(load)} ${process.hrtime.bigint()}`
  {
    await using storage = await openStorage(database)
    await using _study = await createStudy({ name, storage })
  }
  const each = Math.ceil(peer.trials / load.processes)
  const workers = Array.from({ length: load.processes }, () => {
    const [program = '', ...args] = peer.command
    const parameters = [peer.url(database), name, each, load.params, load.reports].map(String)
    return spawn(program, [...args, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] })
  })
  const lines = workers.map((worker) => createInterface(worker.stdout)[Symbol.asyncIterator]())
  for (const line of lines) await line.next()
  for (const worker of workers) worker.stdin.write('go\n')
  const seconds = await Promise.all(lines.map(async (line) => Number((await line.next()).value)))
  return (each * load.processes) / Math.max(...seconds)
}
