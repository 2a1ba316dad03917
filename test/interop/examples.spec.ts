import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FrozenTrial, readAllTrials } from '@tune/core'
import { KfpClient, urlConnection } from '@tune/kfp'
import { openStorage } from '@tune/storage'
import { build, install, packAll } from '@tune/tooling/packaging'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { freePort, run } from '../e2e/tuner.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const examples = join(root, 'apps/tuner/examples')
const place = mkdtempSync(join(tmpdir(), 'tune-user-'))
const tuner = join(place, 'node_modules/.bin/tuner')

/** An empty folder with an example in it, below one where the packed packages are installed. */
function folderOf(example: string): string {
  const folder = join(place, example)
  mkdirSync(folder)
  cpSync(join(examples, example), folder, { recursive: true })
  return folder
}

async function trialsOf(folder: string, file = 'tune.db'): Promise<readonly FrozenTrial[]> {
  await using storage = await openStorage(`sqlite:${folder}/${file}`)
  const [study] = await storage.listStudies()
  return study === undefined ? [] : await readAllTrials(storage, study.id)
}

/** The processes that belong to a run in a folder. */
function alive(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TUNE_DIR=${folder}`)
    } catch {
      return false
    }
  })
}

const counted = (trials: readonly FrozenTrial[]) =>
  Object.fromEntries(
    [...Map.groupBy(trials, ({ state }) => state)].map(([state, all]) => [state, all.length]),
  )

describe('the packed packages, in an empty folder', () => {
  beforeAll(() => {
    build(root)
    install(packAll(root, join(place, '.packed')), place)
  })
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it.each(readdirSync(examples).filter((name) => !name.includes('.')))(
    'the example %s is no more than 15 lines',
    (example) => {
      const text = readFileSync(join(examples, example, 'study.yaml'), 'utf8')
      expect(text.trim().split('\n').length).toBeLessThanOrEqual(15)
    },
  )

  it('tune a training script whose tuner is killed in the middle: exact budget, nothing repeated or left', async () => {
    const folder = folderOf('training')
    const first = run(tuner, ['run', 'study.yaml'], folder).child
    let printed = ''
    first.stdout?.on('data', (data: Buffer) => {
      printed += String(data)
      if ((printed.match(/^trial \d+/gm)?.length ?? 0) >= 25) first.kill('SIGKILL')
    })
    expect(await once(first, 'exit')).toEqual([null, 'SIGKILL'])
    const before = await trialsOf(folder)
    const running = before.filter(({ state }) => state === 'running').map(({ number }) => number)
    expect(running.length).toBeGreaterThan(0)
    expect(alive(folder).length).toBeGreaterThan(0)

    expect(await run(tuner, ['run', 'study.yaml'], folder).ended).toMatchObject({ code: 0, err: '' })
    const trials = await trialsOf(folder)
    const { complete = 0, pruned = 0, ...others } = counted(trials)
    expect([complete + pruned, others]).toEqual([60, {}])
    expect(pruned).toBeGreaterThan(0)
    // What ran when the tuner was killed has its reports from before and after.
    for (const number of running) expect(trials[number]?.intermediateValues.size).toBeGreaterThan(0)
    const [study = ''] = readdirSync(join(folder, '.tune')).filter((name) => !name.startsWith('.'))
    const folders = readdirSync(join(folder, '.tune', study)).toSorted((a, b) => Number(a) - Number(b))
    expect(folders).toEqual(trials.map(({ number }) => String(number)))
    expect(alive(folder)).toEqual([])
  })

  it('tune a command over five folds', async () => {
    const folder = folderOf('folds')
    expect(await run(tuner, ['run', 'study.yaml'], folder).ended).toMatchObject({ code: 0, err: '' })
    const trials = await trialsOf(folder)
    const { complete = 0, pruned = 0, ...others } = counted(trials)
    expect([complete + pruned, others]).toEqual([30, {}])
    expect(pruned).toBeGreaterThan(0)
    for (const { state, intermediateValues, values } of trials) {
      const folds = [...intermediateValues.values()]
      expect(folds.length).toBeLessThanOrEqual(5)
      expect(state === 'complete' && folds.length < 5).toBe(false)
      const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length
      expect(values?.[0]).toBeCloseTo(mean, 12)
    }
  })

  it('tune two metrics with a constraint', async () => {
    const folder = folderOf('trade-off')
    const { code, out, err } = await run(tuner, ['run', 'study.yaml'], folder).ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Pareto front of ')
    const trials = await trialsOf(folder)
    expect(counted(trials)).toEqual({ complete: 40 })
    expect(trials.every(({ values }) => values?.length === 2)).toBe(true)
    const broken = trials.filter(
      ({ systemAttributes }) => Number(systemAttributes['constraints:latency_ms']) > 0,
    )
    expect(broken.length).toBeGreaterThan(0)
    for (const { number } of broken) expect(out).not.toMatch(new RegExp(`^ {2}${number} `, 'm'))
  })

  it('tune a pipeline of the SDK by name, killed in the middle; by its folds, its metrics and its output', async () => {
    const folder = folderOf('pipeline')
    const [port, metadataPort] = [await freePort(), await freePort()]
    const url = `http://127.0.0.1:${port}`
    const path = [dirname(inject('kfpPython')), process.env['PATH']].join(delimiter)
    const ports = ['--port', String(port), '--metadata-port', String(metadataPort)]
    // The components are run by the Python that has the SDK.
    const server = spawn(tuner, ['kfp-local', ...ports, '--image', 'churn:1='], {
      cwd: folder,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await once(server.stdout, 'data')
      const uploaded = await run(inject('kfpPython'), ['training.py', url], folder).ended
      expect(uploaded.code).toBe(0)
      const written = readFileSync(join(folder, 'study.yaml'), 'utf8')
      const where = `kfp: { endpoint: '${url}', metadata: 'http://127.0.0.1:${metadataPort}', intervalSeconds: 0.5 }`
      writeFileSync(join(folder, 'study.yaml'), `${written}${where}\n`)

      const first = run(tuner, ['run', 'study.yaml'], folder).child
      let printed = ''
      first.stdout?.on('data', (data: Buffer) => {
        printed += String(data)
        if ((printed.match(/^trial \d+/gm)?.length ?? 0) >= 4) first.kill('SIGKILL')
      })
      expect(await once(first, 'exit')).toEqual([null, 'SIGKILL'])
      expect(await run(tuner, ['run', 'study.yaml'], folder).ended).toMatchObject({ code: 0, err: '' })
      const trials = await trialsOf(folder)
      const { complete = 0, pruned = 0, ...others } = counted(trials)
      expect([complete + pruned, others]).toEqual([12, {}])
      for (const { state, intermediateValues } of trials)
        expect(state === 'complete' ? intermediateValues.size : 3).toBe(3)
      const seen = new Set<string>()
      let begun = 0
      for await (const { runtime_config, state } of new KfpClient(urlConnection(url)).runs.list()) {
        expect(['SUCCEEDED', 'FAILED']).toContain(state)
        const { folds, ...params } = runtime_config?.parameters ?? {}
        for (const fold of folds as readonly number[]) {
          seen.add(JSON.stringify([params, fold]))
          begun++
        }
      }
      // No fold was begun twice with the same parameters.
      expect(begun).toBe(seen.size)

      for (const [study, value] of [
        ['metrics', 'value: { task: evaluate, artifact: metrics, key: auc }'],
        ['output', 'value: { output: Output }'],
      ] as const) {
        const lines = written
          .replace('study: churn', `study: ${study}`)
          .replace('trials: 12', 'trials: 2')
          .replace(/reports: .*/, value)
          .split('\n')
          .filter((line) => !/^(instances|pruner)/.test(line))
        writeFileSync(join(folder, `${study}.yaml`), [...lines, where].join('\n'))
        const { code, err } = await run(
          tuner,
          ['run', `${study}.yaml`, '--storage', `sqlite:${study}.db`],
          folder,
        ).ended
        expect({ code, err }).toEqual({ code: 0, err: '' })
        const [current] = await trialsOf(folder, `${study}.db`)
        // What the current parameters come to on all folds.
        expect(current?.values?.[0]).toBeCloseTo(0.894, 10)
      }
    } finally {
      server.kill('SIGTERM')
    }
  })
})
