import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { KfpClient, kubeconfigConnection, urlConnection } from '@tune/kfp'
import { type GenerateResult, generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
let authority: GenerateResult
let server: Server
let url: string

const certificate = (name: string) =>
  generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  })

/** An API server that says by whose certificate a request came. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tune-kfp-tls-'))
  authority = await generate([{ name: 'commonName', value: 'authority' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  const { private: key, cert } = await certificate('server')
  const options = { key, cert, ca: authority.cert, requestCert: true, rejectUnauthorized: false }
  server = createServer(options, ({ socket }, response) => {
    const peer =
      socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate().subject.CN : 'nobody'
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ run_id: peer }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a server with a certificate', () => {
  it('that nobody trusts is an error at once', async () => {
    await expect(new KfpClient(urlConnection(url)).runs.get('r')).rejects.toMatchObject({
      code: 'KFP_CONNECTION',
      message: expect.stringContaining('its certificate is not trusted'),
    })
  })

  it('is reached with the authority and the client certificate of a kubeconfig', async () => {
    const { private: key, cert } = await certificate('ann')
    const path = join(folder, 'config')
    const config = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
      clusters: [
        { name: 'c', cluster: { server: url, 'certificate-authority-data': base64(authority.cert) } },
      ],
      users: [
        { name: 'u', user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) } },
      ],
    }
    await writeFile(path, JSON.stringify(config))
    const client = new KfpClient(await kubeconfigConnection({ path }))
    expect(await client.runs.get('r')).toEqual({ run_id: 'ann' })
  })
})
