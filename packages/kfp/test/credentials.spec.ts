import { writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { FakeClock } from '@tune/core/testing'
import {
  type Credentials,
  headerCredentials,
  inClusterConnection,
  KfpClient,
  kubeconfigConnection,
  serviceAccountToken,
  tokenFile,
  urlConnection,
} from '@tune/kfp'
import { httpServer, type Received, type Reply } from '@tune/tooling/http-server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const SECRET = 'eyJhbGciOi.secret-token.c2ln'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tune-kfp-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const clientOf = (url: string, ...credentials: readonly Credentials[]) =>
  new KfpClient(urlConnection(url, ...credentials), { retries: 1, pauseMs: 1 })

const authorizations = (received: readonly Received[]) => received.map(({ headers }) => headers.authorization)

const knows =
  (token: () => string) =>
  (request: Received): Reply =>
    request.headers.authorization === `Bearer ${token()}`
      ? { json: { run_id: 'r' } }
      : { status: 401, json: { code: 16, message: 'Unauthenticated' } }

describe('a token in a file', () => {
  it('is read again for every request', async () => {
    await using server = await httpServer(() => ({ json: {} }))
    const path = join(folder, 'token')
    const client = clientOf(server.url, tokenFile(path))
    for (const token of ['first', 'second']) {
      await writeFile(path, `${token}\n`)
      await client.runs.get('r')
    }
    expect(authorizations(server.received)).toEqual(['Bearer first', 'Bearer second'])
  })

  it('is sent once more when it is refused', async () => {
    const path = join(folder, 'token')
    await writeFile(path, 'stale')
    await using server = await httpServer((request) => {
      const reply = knows(() => 'fresh')(request)
      // Renewed while the request is on its way.
      writeFileSync(path, 'fresh')
      return reply
    })
    const run = { display_name: 't', pipeline_version_reference: { pipeline_id: 'p' } }
    expect(await clientOf(server.url, tokenFile(path)).runs.create(run)).toEqual({ run_id: 'r' })
    expect(authorizations(server.received)).toEqual(['Bearer stale', 'Bearer fresh'])
  })

  it('is given up when it is refused twice', async () => {
    await using server = await httpServer(knows(() => 'other'))
    const path = join(folder, 'token')
    await writeFile(path, SECRET)
    await expect(clientOf(server.url, tokenFile(path)).runs.get('r')).rejects.toMatchObject({
      code: 'KFP_UNAUTHENTICATED',
    })
    expect(server.received).toHaveLength(2)
  })

  it.each([
    ['is not there', undefined, 'it cannot be read (ENOENT)'],
    ['is empty', ' \n', 'it is empty'],
  ])('that %s is an error that names the file', async (_, content, message) => {
    const path = join(folder, 'token')
    if (content !== undefined) await writeFile(path, content)
    await expect(clientOf('http://127.0.0.1:1', tokenFile(path)).runs.get('r')).rejects.toMatchObject({
      code: 'KFP_CONNECTION',
      message: `token file '${path}': ${message}`,
    })
  })

  it('is found in the cluster by the variable that Kubeflow sets', async () => {
    vi.stubEnv('KF_PIPELINES_SA_TOKEN_PATH', join(folder, 'token'))
    await writeFile(join(folder, 'token'), 'mounted')
    const { baseUrl, credentials } = inClusterConnection({ namespace: 'ml' })
    expect(baseUrl).toBe('http://ml-pipeline.ml.svc.cluster.local:8888')
    expect(await credentials[0]?.authorize(false)).toEqual({ headers: { authorization: 'Bearer mounted' } })
  })
})

describe('the server of the cluster', () => {
  it.each([
    ['http://10.0.0.7:8888', 'http://10.0.0.7:8888'],
    ['10.0.0.7:8888', 'http://10.0.0.7:8888'],
  ])('is where the variable of the SDK says: %s', (told, baseUrl) => {
    vi.stubEnv('KF_PIPELINES_ENDPOINT', told)
    vi.stubEnv('METADATA_ENVOY_SERVICE_SERVICE_HOST', '10.0.0.8')
    vi.stubEnv('METADATA_ENVOY_SERVICE_SERVICE_PORT', '9090')
    expect(inClusterConnection().baseUrl).toBe(baseUrl)
    expect(inClusterConnection().metadata?.[0]?.baseUrl).toBe('http://10.0.0.8:9090')
    // What is said here counts more.
    expect(inClusterConnection({ namespace: 'ml' }).baseUrl).toBe(
      'http://ml-pipeline.ml.svc.cluster.local:8888',
    )
  })
})

describe('headers for a gateway', () => {
  it('are sent as they are, the later ones first', async () => {
    await using server = await httpServer(() => ({ json: {} }))
    const cookie = headerCredentials({ cookie: 'a=1', 'x-other': 'a' })
    await clientOf(server.url, cookie, headerCredentials({ 'x-other': 'b' })).runs.get('r')
    expect(server.received[0]?.headers).toMatchObject({ cookie: 'a=1', 'x-other': 'b' })
  })
})

describe('a secret', () => {
  const credentials = headerCredentials({
    authorization: `Bearer ${SECRET}`,
    cookie: `authservice_session=${SECRET}`,
  })

  it.each<[string, (request: Received) => Reply]>([
    [
      'quotes it',
      ({ headers }) => ({ status: 400, json: { message: `bad header: ${headers.authorization}` } }),
    ],
    ['quotes a part of it', ({ headers }) => ({ status: 500, text: `<p>${headers.cookie?.split('=')[1]}` })],
    ['refuses it', () => ({ status: 401, text: SECRET })],
    ['sends it elsewhere', () => ({ status: 302, text: '', headers: { location: `/login?was=${SECRET}` } })],
    ['answers with it', () => ({ text: SECRET })],
    ['drops the connection', () => 'lost'],
    ['is silent', () => 'silence'],
  ])('is in no error when the server %s', async (what, answer) => {
    await using server = await httpServer(answer)
    const client = clientOf(server.url, credentials)
    const options = what === 'is silent' ? { timeoutMs: 3000 } : {}
    const error: unknown = await client.runs.get('r', options).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: expect.stringMatching(/^KFP_/) })
    expect(server.received[0]?.headers.authorization).toContain(SECRET)
    const shown = `${inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })} ${JSON.stringify(error)}`
    expect(shown).not.toContain('secret-token')
    expect(inspect(client, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(
      'secret-token',
    )
  })

  it('is in no URL, or the URL is refused without being quoted', () => {
    const error = (() => {
      try {
        return urlConnection(`https://user:${SECRET}@example.org`)
      } catch (reason) {
        return reason
      }
    })()
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(inspect(error)).not.toContain('secret-token')
  })

  it('does not keep the server from saying who the user is', async () => {
    await using server = await httpServer(() => ({
      status: 403,
      json: { message: "User 'ann@example.org' may not" },
    }))
    const user = headerCredentials({ 'kubeflow-userid': 'ann@example.org' })
    await expect(clientOf(server.url, user).runs.get('r')).rejects.toThrow("User 'ann@example.org' may not")
  })
})

/** A kubeconfig of one cluster, for a server without TLS. */
const kubeconfig = (server: string, user: object) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user }],
  })

describe('a kubeconfig', () => {
  it('leads through the Kubernetes API server', async () => {
    await using server = await httpServer(() => ({ json: { run_id: 'r' } }))
    const path = join(folder, 'config')
    await writeFile(path, kubeconfig(server.url, { token: SECRET }))
    const user = headerCredentials({ 'kubeflow-userid': 'ann', authorization: 'Bearer other' })
    const connection = await kubeconfigConnection({ path, namespace: 'ml', credentials: [user] })
    expect(await new KfpClient(connection).runs.get('r')).toEqual({ run_id: 'r' })
    expect(server.received[0]).toMatchObject({
      path: '/api/v1/namespaces/ml/services/ml-pipeline:8888/proxy/apis/v2beta1/runs/r',
      headers: { authorization: `Bearer ${SECRET}`, 'kubeflow-userid': 'ann' },
    })
  })

  it('can name a program that knows the token', async () => {
    await using server = await httpServer(() => ({ json: {} }))
    const path = join(folder, 'config')
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'from-program' },
    }
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-p', JSON.stringify(JSON.stringify(credential))],
      interactiveMode: 'Never',
    }
    await writeFile(path, kubeconfig(server.url, { exec }))
    await new KfpClient(await kubeconfigConnection({ path })).runs.get('r')
    expect(authorizations(server.received)).toEqual(['Bearer from-program'])
  })

  it.each([
    [
      'has no such context',
      () => kubeconfig('http://x', { token: SECRET }),
      { context: 'there' },
      /no context 'there'; there are here/,
    ],
    ['is not valid', () => `users:\n  - token: [${SECRET}`, {}, /it is not valid/],
    ['is not there', undefined, {}, /ENOENT/],
  ])('that %s is an error without its secrets', async (_, content, options, message) => {
    const path = join(folder, 'config')
    if (content) await writeFile(path, content())
    const error: unknown = await kubeconfigConnection({ path, ...options }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'KFP_CONNECTION', message: expect.stringMatching(message) })
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain('secret-token')
  })

  it('whose program fails is an error that names the program', async () => {
    const path = join(folder, 'config')
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-program', args: [SECRET] }
    await writeFile(path, kubeconfig('http://127.0.0.1:1', { exec: { ...exec, interactiveMode: 'Never' } }))
    const client = new KfpClient(await kubeconfigConnection({ path }))
    const error: unknown = await client.runs.get('r').catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'KFP_CONNECTION',
      message: "kubeconfig: user 'u' cannot log in by no-such-program",
    })
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain('secret-token')
  })
})

describe('a token on request', () => {
  const clock = new FakeClock()
  const granting = () =>
    httpServer(({ path }, index) => {
      if (!path.startsWith('/api/v1')) return { json: {} }
      const expirationTimestamp = new Date(clock.now() + 1_000_000).toISOString()
      return { json: { kind: 'TokenRequest', status: { token: `token-${index}`, expirationTimestamp } } }
    })

  it('is for Kubeflow Pipelines alone, and used for four fifths of its life', async () => {
    await using cluster = await granting()
    const path = join(folder, 'config')
    await writeFile(path, kubeconfig(cluster.url, { token: SECRET }))
    const token = serviceAccountToken({ path, namespace: 'ml', serviceAccount: 'tuner', clock })
    const authorize = async (renew = false) => (await token.authorize(renew)).headers['authorization']
    expect(await authorize()).toBe('Bearer token-0')
    expect(cluster.received[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/namespaces/ml/serviceaccounts/tuner/token',
      headers: { authorization: `Bearer ${SECRET}` },
    })
    expect(JSON.parse(cluster.received[0]?.body ?? '')).toMatchObject({
      spec: { audiences: ['pipelines.kubeflow.org'], expirationSeconds: 3600 },
    })
    await clock.advance(799_000)
    expect(await authorize()).toBe('Bearer token-0')
    await clock.advance(2_000)
    expect(await authorize()).toBe('Bearer token-1')
    expect(await authorize(true)).toBe('Bearer token-2')
  })

  it('that is not granted is an error', async () => {
    await using cluster = await httpServer(() => ({
      status: 403,
      json: { kind: 'Status', message: 'forbidden' },
    }))
    const path = join(folder, 'config')
    await writeFile(path, kubeconfig(cluster.url, { token: SECRET }))
    const token = serviceAccountToken({ path, namespace: 'ml', serviceAccount: 'tuner' })
    const error: unknown = await token.authorize(false).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'KFP_CONNECTION',
      message: "token of service account 'ml/tuner': the Kubernetes API server answered 403",
    })
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain('secret-token')
  })
})
