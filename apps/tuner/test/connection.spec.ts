import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '@tune/kfp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionOf } from '../src/objective/pipeline/connection.ts'
import { kfp } from '../src/objective/pipeline/kfp-config.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tune-connection-'))
  await writeFile(join(folder, 'token'), 'a-token\n')
  await writeFile(join(folder, 'cookie'), 'session=1\n')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    clusters: ['one', 'two'].map((name) => ({ name, cluster: { server: `https://${name}.example.org` } })),
    users: [{ name: 'me', user: { token: 'mine' } }],
    contexts: ['one', 'two'].map((name) => ({ name, context: { cluster: name, user: 'me' } })),
  }
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config))
})
afterAll(() => rm(folder, { recursive: true }))

const open = (written: object) => connectionOf(kfp.parse(written))

async function headersOf({ credentials }: Connection) {
  const all = await Promise.all(credentials.map((each) => each.authorize(false)))
  return Object.assign({}, ...all.map(({ headers }) => headers)) as Record<string, string>
}

describe('the server that a file names', () => {
  it.each<[object, string, readonly string[]]>([
    [{}, 'http://127.0.0.1:8888', ['http://127.0.0.1:9090', 'http://127.0.0.1:8888']],
    [
      { endpoint: 'in-cluster' },
      'http://ml-pipeline.kubeflow.svc.cluster.local:8888',
      [
        'http://metadata-envoy-service.kubeflow.svc.cluster.local:9090',
        'grpc://metadata-grpc-service.kubeflow.svc.cluster.local:8080',
      ],
    ],
    [
      { endpoint: 'in-cluster', service: { name: 'pipelines', namespace: 'ml', port: 80 } },
      'http://pipelines.ml.svc.cluster.local',
      [
        'http://metadata-envoy-service.ml.svc.cluster.local:9090',
        'grpc://metadata-grpc-service.ml.svc.cluster.local:8080',
      ],
    ],
  ])('%j is where it is, and ML Metadata beside it', async (written, url, metadata) => {
    const connection = await open(written)
    expect(connection.baseUrl).toBe(url)
    expect(connection.metadata?.map(({ baseUrl }) => baseUrl)).toEqual(metadata)
  })

  it('is reached through a kubeconfig, with ML Metadata through the same proxy', async () => {
    const kubeconfig = { path: join(folder, 'kubeconfig'), context: 'two' }
    const { baseUrl, metadata } = await open({
      endpoint: 'kubeconfig',
      kubeconfig,
      service: { namespace: 'ml' },
    })
    const proxy = 'https://two.example.org/api/v1/namespaces/ml/services'
    expect(baseUrl).toBe(`${proxy}/ml-pipeline:8888/proxy`)
    expect(metadata?.map((each) => each.baseUrl)).toEqual([`${proxy}/metadata-envoy-service:9090/proxy`])
    const [beside] = metadata as [Connection]
    expect(await headersOf(beside)).toMatchObject({ Authorization: 'Bearer mine' })
  })

  it('hears who asks: by a token, by headers, or by what is in files', async () => {
    const endpoint = 'https://kubeflow.example.org/pipeline'
    expect(await headersOf(await open({ endpoint }))).toEqual({})
    expect(await headersOf(await open({ endpoint, tokenFile: join(folder, 'token') }))).toEqual({
      authorization: 'Bearer a-token',
    })
    const headers = { 'kubeflow-userid': 'me@example.org', cookie: { file: join(folder, 'cookie') } }
    expect(await headersOf(await open({ endpoint, headers }))).toEqual({
      'kubeflow-userid': 'me@example.org',
      cookie: 'session=1',
    })
  })

  it.each([
    [{ tokenFile: '/none/token' }, "token file '/none/token': it cannot be read (ENOENT)"],
    [
      { headers: { cookie: { file: '/none/cookie' } } },
      "header 'cookie' file '/none/cookie': it cannot be read (ENOENT)",
    ],
  ])('is not asked with %j', async (written, message) => {
    const connection = await open(written)
    await expect(headersOf(connection)).rejects.toMatchObject({ code: 'KFP_CONNECTION', message })
  })

  it('asks the cluster for tokens of a service account', async () => {
    const kubeconfig = { path: join(folder, 'none') }
    const tokenRequest = { serviceAccount: 'tuner', namespace: 'ml' }
    const connection = await open({ endpoint: 'https://kubeflow.example.org', kubeconfig, tokenRequest })
    await expect(headersOf(connection)).rejects.toMatchObject({
      code: 'KFP_CONNECTION',
      message: expect.stringMatching(/^kubeconfig '.*none': ENOENT$/),
    })
  })
})
