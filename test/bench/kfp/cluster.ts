/**
 * A cluster whose tasks only take time: 5 to 25 s each, and an hour where x is above 1. Says on its first line where it is, and ML Metadata on its second,
 * unless the argument is `native`; and at the end of its input how often it was asked for what.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type LocalCommand, startLocalPipelines } from '@tune/kfp-local'

const folder = await mkdtemp(join(tmpdir(), 'tune-kfp-'))
const asked = new Map<string, number>()
const train = async ({ argv: [fold = '0', text = '0', file = ''], signal }: LocalCommand) => {
  if (Number(text) > 1) await delay(3_600_000, undefined, { signal })
  await delay(5000 + 20_000 * ((Number(text) * 7919 + Number(fold) / 7) % 1), undefined, { signal })
  await writeFile(file, '1')
}
const isNative = process.argv[2] === 'native'
const server = await startLocalPipelines({
  folder,
  images: { 'train:1': train },
  ...(isNative && { outputs: 'native', version: '2.19.0' }),
  parallelism: 100_000,
  onRequest: (method, path) => {
    const kind = `${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`
    asked.set(kind, (asked.get(kind) ?? 0) + 1)
  },
})
console.log(server.url)
console.log(server.metadataUrl)
for await (const _ of process.stdin);
console.log(JSON.stringify(Object.fromEntries(asked)))
await server[Symbol.asyncDispose]()
await rm(folder, { recursive: true })
