import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** What a proxy can do to one answer of the server. */
export type Fault =
  /** The connection is cut before the answer. */
  | 'cut'
  /** The answer never comes, the connection stays. */
  | 'stall'
  /** The statement reaches the server, its answer is dropped with the connection. */
  | 'drop'

/** A TCP proxy before a server that misbehaves at random. */
export interface FaultyProxy extends AsyncDisposable {
  readonly port: number
  /** How often each fault was injected. */
  readonly injected: Readonly<Record<Fault, number>>
  /** Lets everything pass from now on. */
  heal(): void
}

/**
 * Starts a proxy.
 *
 * @param every one in so many statements meets a fault, on average.
 * @param random gives numbers from 0 to 1; seeded, so that a run can be repeated.
 */
export async function faultyProxy(
  port: number,
  every: number,
  faults: readonly Fault[],
  random: () => number,
): Promise<FaultyProxy> {
  const injected: Record<Fault, number> = { cut: 0, stall: 0, drop: 0 }
  const sockets = new Set<Socket>()
  let isHealed = false
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    const destroy = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', destroy).on('close', () => {
        sockets.delete(socket)
        destroy()
      })
    }
    let greeted = false
    let fault: Fault | undefined
    upstream.on('data', (chunk) => {
      greeted = true
      if (fault === 'drop') destroy()
      else if (fault !== 'stall') client.write(chunk)
    })
    client.on('data', (chunk) => {
      if (fault === undefined && greeted && !isHealed && random() < 1 / every) {
        fault = faults[Math.floor(random() * faults.length)] as Fault
        injected[fault]++
      }
      if (fault === 'cut') destroy()
      else if (fault !== 'stall') upstream.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    injected,
    heal: () => {
      isHealed = true
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
