import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy before a server that can be switched off. */
export interface SwitchableProxy extends AsyncDisposable {
  readonly port: number
  /** Cuts all connections, and every new one at once. */
  close(): void
  /** Lets everything pass again. */
  open(): void
}

/** Starts a proxy before a port of this machine. */
export async function switchableProxy(port: number): Promise<SwitchableProxy> {
  const sockets = new Set<Socket>()
  let isOpen = true
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy()
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
    client.pipe(upstream).pipe(client)
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      isOpen = false
      cut()
    },
    open: () => {
      isOpen = true
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      await new Promise((done) => server.close(done))
    },
  }
}
