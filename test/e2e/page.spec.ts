import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readAllTrials } from '@tune/core'
import { KfpClient, urlConnection } from '@tune/kfp'
import { openStorage } from '@tune/storage'
import { httpServer } from '@tune/tooling/http-server'
import { createDatabase } from '@tune/tooling/mysql'
import { expect, it } from 'vitest'
import { freePort, run, workplace } from './tuner.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const main = join(root, 'apps/tuner/src/main.ts')

/** A block of the page: commands, or a file. */
interface Block {
  readonly language: string
  /** The file that it is; of commands, where they are run if not here. */
  readonly label: string
  readonly text: string
}

async function blocksOf(page: string): Promise<readonly Block[]> {
  const text = await readFile(join(root, page), 'utf8')
  return [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', label = '', content = '']) => ({ language, label, text: content }),
  )
}

/** Takes the place of npx in the repository's folder. */
const npx = `#!/bin/sh
[ "$1 $2" = 'pnpm@12 tuner' ] || { echo "not in the page: $*" >&2; exit 2; }
shift 2
exec '${process.execPath}' '${main}' "$@"
`

/** A cluster on this machine, which is started as the page says. */
class Cluster implements AsyncDisposable {
  readonly port: number
  readonly metadataPort: number
  readonly #commands: string
  #server: ChildProcess | undefined

  /** @param commands of the page, for a terminal of its own */
  constructor(commands: string, port: number, metadataPort: number) {
    this.port = port
    this.metadataPort = metadataPort
    this.#commands = commands
      .replace('npx pnpm', 'exec npx pnpm')
      .replace('kfp-local', `kfp-local --port ${port} --metadata-port ${metadataPort}`)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Starts it, again where it runs. */
  async start(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
    await this[Symbol.asyncDispose]()
    const server = spawn('sh', ['-euc', this.#commands], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#server = server
    await once(server.stdout, 'data')
  }

  /** Waits until all runs are over: as somebody does who looks at the user interface before going on. */
  async idle(): Promise<void> {
    const client = new KfpClient(urlConnection(this.url))
    for (;;) {
      const states: (string | undefined)[] = []
      for await (const { state } of client.runs.list()) states.push(state)
      if (states.every((state) => state === 'SUCCEEDED')) return
      if (states.includes('FAILED')) throw new Error(`a run failed: ${states.join()}`)
      await delay(100)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server?.kill('SIGTERM') === true) await once(server, 'exit')
  }
}

it('the page walks from nothing to a schedule, command by command', async () => {
  await using place = await workplace()
  await using slack = await httpServer(() => ({ text: 'ok' }))
  const database = await createDatabase()
  await writeFile(join(place.folder, 'npx'), npx)
  await chmod(join(place.folder, 'npx'), 0o755)
  const environment = { PATH: `${place.folder}${delimiter}${process.env['PATH']}` }
  const blocks = await blocksOf('docs/on-a-cluster.md')
  const terminal = blocks.find(({ label }) => label === 'terminal')?.text ?? ''
  await using cluster = new Cluster(terminal, await freePort(), await freePort())
  // What differs here from what the page says: addresses, and how often the server is asked.
  const here = (text: string) =>
    text
      .replace(
        'endpoint: "http://127.0.0.1:8888"',
        `endpoint: '${cluster.url}', metadata: 'http://127.0.0.1:${cluster.metadataPort}', intervalSeconds: 0.1`,
      )
      .replace(/^STORAGE_URL=.*$/m, `STORAGE_URL=${database.url}`)
      .replace(/^SLACK_WEBHOOK=.*$/m, `SLACK_WEBHOOK=${slack.url}/services/T1`)
  const files = new Set<string>()
  const ended: { readonly text: string; readonly code: number | null; readonly err: string }[] = []
  for (const { language, label, text } of blocks) {
    if (language === 'sh' && label === '') {
      const { code, err } = await run('sh', ['-eu'], place.folder, { environment, input: text }).ended
      ended.push({ text, code, err })
      await cluster.idle()
    } else if (language !== 'sh') {
      await (files.has(label) ? appendFile : writeFile)(join(place.folder, label), here(text))
      files.add(label)
    }
    if (label === 'terminal' || label.endsWith('secrets.env')) await cluster.start(place.folder, environment)
  }
  expect(ended).toEqual(ended.map(({ text }) => ({ text, code: 0, err: '' })))
  expect(ended.flatMap(({ text }) => text.match(/^npx /gm) ?? [])).toHaveLength(18)

  await using storage = await openStorage(database.url)
  const study = (await storage.listStudies()).find(({ name }) => /^churn-\d{4}-\d\d-\d\d$/.test(name))
  const trials = await readAllTrials(storage, study?.id ?? '')
  expect(trials.map(({ state }) => state)).toEqual(Array(40).fill('complete'))
  expect(slack.received.map(({ body }) => body).filter((body) => body !== '')).toEqual([
    expect.stringContaining('20 trials are done'),
    expect.stringContaining('40 trials are done'),
  ])
  await database.drop()

  // Of what needs a cluster there is nothing on this machine, but what it names.
  const onCluster = blocks.filter(({ label }) => label === 'cluster').map(({ text }) => text)
  expect(onCluster.join('')).toMatch(/^((docker|kubectl) .*\n)+$/)
  expect([...onCluster.join('').matchAll(/-k (\S+)/g)].map(([, folder]) => folder)).toEqual([
    'kubernetes/base',
  ])
})
