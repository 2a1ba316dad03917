/**
 * A cluster whose days only take time: 5 to 25 s each. Says where it is on its first line, and at the end of its input
 * how often it was asked for what.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type LocalCommand, startLocalPipelines } from '@tune/kfp-local'

const folder = await mkdtemp(join(tmpdir(), 'tune-kfp-'))
const asked = new Map<string, number>()
const day = async ({ argv, signal }: LocalCommand) => {
  const [what, number = '0', params = '{}'] = argv
  if (what === 'day') {
    const { x } = JSON.parse(params) as { x: number }
    await delay(5000 + 20_000 * ((x * 7919 + Number(number) / 7) % 1), undefined, { signal })
  }
  await writeFile(argv.at(-1) as string, '1')
}
const server = await startLocalPipelines({
  folder,
  images: { 'sim:1': day },
  parallelism: 100_000,
  onRequest: (method, path) => {
    const kind = `${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`
    asked.set(kind, (asked.get(kind) ?? 0) + 1)
  },
})
console.log(server.url)
for await (const _ of process.stdin);
console.log(JSON.stringify(Object.fromEntries(asked)))
await server[Symbol.asyncDispose]()
await rm(folder, { recursive: true })
