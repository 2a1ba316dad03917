import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type FrozenTrial, readAllTrials } from '@tune/core'
import { KfpClient, urlConnection } from '@tune/kfp'
import type { Run } from '@tune/kfp/api'
import { openStorage } from '@tune/storage'
import { describe, expect, it } from 'vitest'
import { freePort, type Running, smallStudy, type Workplace, workplace } from './tuner.ts'

interface Cluster extends AsyncDisposable {
  readonly url: string
  readonly metadataUrl: string
  /** The runs of trials. */
  runs(): Promise<readonly Run[]>
}

/** `tuner kfp-local`, as a user starts it. */
async function cluster(place: Workplace): Promise<Cluster> {
  const [port, metadataPort] = [await freePort(), await freePort()].map(String) as [string, string]
  const running: Running = place.start('kfp-local', '--port', port, '--metadata-port', metadataPort)
  const url = `http://127.0.0.1:${port}`
  const metadataUrl = `http://127.0.0.1:${metadataPort}`
  await once(running.child.stdout as NodeJS.ReadableStream, 'data')
  const client = new KfpClient(urlConnection(url))
  return {
    url,
    metadataUrl,
    runs: async () => {
      const runs: Run[] = []
      for await (const run of client.runs.list())
        if (!run.display_name.startsWith('tune-check-')) runs.push(run)
      return runs
    },
    [Symbol.asyncDispose]: async () => {
      running.child.kill('SIGTERM')
      await running.ended
    },
  }
}

async function trialsOf({ folder }: Workplace, file = 'tune.db'): Promise<readonly FrozenTrial[]> {
  await using storage = await openStorage(`sqlite:${folder}/${file}`)
  const [study] = await storage.listStudies()
  return study === undefined ? [] : await readAllTrials(storage, study.id)
}

const byPipelines = (url: string, metadata = url) =>
  smallStudy(`seed: 7\nkfp: { endpoint: '${url}', metadata: '${metadata}', intervalSeconds: 0.2 }`)

describe.concurrent('tuner run --runner kfp', () => {
  it('gives the profits that the local runner gives, to the last bit', async () => {
    await using place = await workplace()
    await using pipelines = await cluster(place)
    const study = byPipelines(pipelines.url, pipelines.metadataUrl)
    await place.write('study.yaml', study.replace('workers: 1', 'workers: 1, days: 28-30, inputs: both'))
    const run = await place.tuner('run', 'study.yaml', '--runner', 'kfp', '--trials', '4', '--parallel', '1')
    expect(run).toMatchObject({ code: 0, err: '' })
    const local = ['--trials', '4', '--parallel', '1', '--storage', 'sqlite:local.db']
    expect(await place.tuner('run', 'study.yaml', ...local)).toMatchObject({ code: 0, err: '' })
    const [remote, here] = [await trialsOf(place), await trialsOf(place, 'local.db')]
    expect(remote).toHaveLength(4)
    expect(remote.map(({ values }) => values)).toEqual(here.map(({ values }) => values))
    const days = (trials: readonly FrozenTrial[]) =>
      trials.map(({ intermediateValues }) => [...intermediateValues].toSorted(([a], [b]) => a - b))
    expect(days(remote)).toEqual(days(here))
    expect((await pipelines.runs()).map(({ state }) => state)).toEqual(Array(4).fill('SUCCEEDED'))
  })

  it('killed with runs in flight takes them over: none is repeated, and the budget is met exactly', async ({
    expect,
  }) => {
    await using place = await workplace()
    await using pipelines = await cluster(place)
    await place.write('study.yaml', byPipelines(pipelines.url, pipelines.metadataUrl))
    const args = ['run', 'study.yaml', '--runner', 'kfp', '--trials', '12', '--parallel', '5']
    const first = place.start(...args)
    while ((await pipelines.runs()).length < 5) await delay(30)
    // Until the references of five are stored; on a slow machine some may be over by then.
    await expect
      .poll(
        async () =>
          (await trialsOf(place)).filter(({ systemAttributes }) => 'tune:run' in systemAttributes).length,
      )
      .toBeGreaterThanOrEqual(5)
    first.child.kill('SIGKILL')
    await first.ended
    expect(await place.tuner(...args)).toMatchObject({ code: 0, err: '' })
    const trials = await trialsOf(place)
    expect(trials.map(({ state }) => state)).toEqual(Array(12).fill('complete'))
    const names = (await pipelines.runs()).map(({ display_name }) => display_name)
    expect(names).toHaveLength(12)
    expect(new Set(names).size).toBe(12)
  })

  it.each([
    [
      'nothing answers',
      'http://127.0.0.1:2',
      /Kubeflow Pipelines at http:\/\/127\.0\.0\.1:2.*nothing answers there/,
      6,
    ],
    ['it is no URL', 'somewhere', /Kubeflow Pipelines URL: it must be like http/, 2],
  ])('says in one line where %s', async (_, endpoint, message, wanted) => {
    await using place = await workplace()
    await place.write('study.yaml', byPipelines(endpoint))
    const { code, err } = await place.tuner('run', 'study.yaml', '--runner', 'kfp')
    expect(code).toBe(wanted)
    expect(err.trim().split('\n')).toEqual([expect.stringMatching(message)])
  })

  it('looks before the first trial whether its image can be had', async ({ expect }) => {
    await using place = await workplace()
    await using pipelines = await cluster(place)
    const text = byPipelines(pipelines.url, pipelines.metadataUrl).replace(
      'kfp: {',
      "kfp: { image: 'tune-sum:1',",
    )
    await place.write('study.yaml', text)
    const { code, err } = await place.tuner('run', 'study.yaml', '--runner', 'kfp')
    expect(code).toBe(6)
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(
        /kfp\.image: a check before the first trial failed: .*nothing for the image 'tune-sum:1'/,
      ),
    ])
    expect(await pipelines.runs()).toEqual([])
  })

  it('prints its pipeline, and refuses what the server does not know', async () => {
    await using place = await workplace()
    await place.write('study.yaml', smallStudy())
    const { out } = await place.tuner('pipeline', 'print', 'study.yaml')
    expect(out).toContain('schemaVersion: 2.1.0')
    const old = await place.tuner('pipeline', 'print', 'study.yaml', '--server-version', '2.10.0')
    expect(old).toMatchObject({ code: 6, out: '' })
    expect(old.err).toContain('2.14.0')
  })
})
