import { webcrypto } from 'node:crypto'
import { connect } from 'node:net'
import { createServer, type Server } from 'node:tls'
import * as x509 from '@peculiar/x509'
import { checkStorage, openStorage } from '@tune/storage'
import { type HttpServer, httpServer, type Received, type Reply } from '@tune/tooling/http-server'
import { createDatabase, type TestDatabase } from '@tune/tooling/mysql'
import { OAuth2Client } from 'google-auth-library'
import { type GenerateResult, generate } from 'selfsigned'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'

// The real connector, against its admin API as it is documented, and an instance at its port behind TLS.

const PORT = 3307
/** An address of this machine that no other test run has. */
const HOST = `127.77.${(process.pid >> 8) & 255}.${process.pid & 255}`
const HOUR = 3_600_000
const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
}
const crypto = webcrypto

let database: TestDatabase
let admin: HttpServer
let instance: Server
let authority: GenerateResult
let clientKeys: webcrypto.CryptoKeyPair
/** By whose certificates somebody came through to the database. */
const peers: string[] = []

/** A certificate of the public key that a client sent. */
async function ephemeral(publicKey: string): Promise<string> {
  const now = new Date()
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: 'CN=ephemeral',
      issuer: 'CN=clients',
      notBefore: now,
      notAfter: new Date(now.getTime() + HOUR),
      publicKey: await new x509.PublicKey(publicKey).export(ALGORITHM, ['verify'], crypto),
      signingKey: clientKeys.privateKey,
      signingAlgorithm: ALGORITHM,
    },
    crypto,
  )
  return certificate.toString('pem')
}

async function answer({ method, path, headers, body }: Received): Promise<Reply> {
  if (headers.authorization !== 'Bearer t0ken') return { status: 401, json: { error: { code: 401 } } }
  const at = '/sql/v1beta4/projects/p/instances/tune'
  if (method === 'GET' && path === `${at}/connectSettings`)
    return {
      json: {
        region: 'europe-west1',
        databaseVersion: 'MYSQL_8_0',
        backendType: 'SECOND_GEN',
        ipAddresses: [{ type: 'PRIMARY', ipAddress: HOST }],
        serverCaCert: { cert: authority.cert, expirationTime: new Date(Date.now() + HOUR).toISOString() },
      },
    }
  if (method === 'POST' && path === `${at}:generateEphemeralCert`)
    return {
      json: {
        ephemeralCert: { cert: await ephemeral((JSON.parse(body) as { public_key: string }).public_key) },
      },
    }
  return { status: 404, json: { error: { code: 404, message: 'The Cloud SQL instance does not exist.' } } }
}

beforeAll(async () => {
  database = await createDatabase()
  authority = await generate([{ name: 'commonName', value: 'authority' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  clientKeys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const clients = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=clients',
      keys: clientKeys,
      signingAlgorithm: ALGORITHM,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    },
    crypto,
  )
  const own = await generate([{ name: 'commonName', value: 'p:tune' }], {
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
  })
  const { hostname, port } = new URL(inject('mysqlUrl'))
  const tls = { key: own.private, cert: own.cert, ca: clients.toString('pem'), requestCert: true }
  instance = createServer(tls, (socket) => {
    peers.push(String(socket.getPeerCertificate().subject.CN))
    const server = connect(Number(port), hostname)
    socket.pipe(server).pipe(socket)
    socket.on('error', () => server.destroy())
    server.on('error', () => socket.destroy())
  })
  await new Promise<void>((done) => {
    instance.listen(PORT, HOST, done)
  })
  admin = await httpServer(answer)
})

afterAll(async () => {
  await admin[Symbol.asyncDispose]()
  instance.close()
  await database.drop()
})

function asking(token: string) {
  const auth = new OAuth2Client()
  auth.setCredentials({ access_token: token, expiry_date: Date.now() + HOUR })
  return { cloudSql: { endpoint: admin.url, auth } }
}

const urlOf = (name: string) => {
  const url = new URL(database.url)
  return `mysql://root@cloud-sql${url.pathname}?cloudsql=p:europe-west1:${name}`
}

it('an instance of Cloud SQL is reached by its name, with a certificate of its own', async () => {
  {
    await using storage = await openStorage(urlOf('tune'), asking('t0ken'))
    await storage.createStudy({ name: 'far', directions: ['maximize'] })
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['far'])
    expect(new Set(peers)).toEqual(new Set(['ephemeral']))
  }
  expect(await checkStorage(urlOf('tune'), asking('t0ken'))).toContainEqual(
    expect.objectContaining({ level: 'ok', about: 'connection' }),
  )
})

it.each([
  ['that there is not', 'none', 't0ken', 'The Cloud SQL instance does not exist.'],
  ['that this user may not reach', 'tune', 'other', '401'],
])('an instance %s is an error that names it', async (_, name, token, why) => {
  const error: unknown = await openStorage(urlOf(name), asking(token)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect((error as Error).message).toContain(`Cloud SQL instance p:europe-west1:${name}: `)
  expect((error as Error).message).toContain(why)
  expect((error as Error).message).not.toContain(token)
})

it.each([
  ['cloudsql=tune', 'cloudsql must be like project:region:instance, but is tune'],
  ['cloudsql=p:r:i&cloudsql_ip=near', 'cloudsql_ip must be one of public, private, psc, but is near'],
])('a URL with %s is wrong', async (parameters, said) => {
  await expect(openStorage(`mysql://root@h/d?${parameters}`)).rejects.toThrow(said)
})
