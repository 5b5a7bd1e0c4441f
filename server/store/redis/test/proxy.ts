import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** An address that leads to whichever Redis the test says, as one name does before and after a failover. */
export interface Proxy {
  readonly url: string
  /** Port that connections made from now on lead to. */
  target: number
  stop(): void
}

/**
 * Starts a proxy on the loopback interface.
 *
 * @param delay milliseconds that what is sent next takes to reach Redis, if it need not wait for what was sent before.
 */
export async function startProxy(target: number, delay?: () => number): Promise<Proxy> {
  const open = new Set<Socket>()
  const server = createServer((incoming) => {
    const outgoing = connect(proxy.target, '127.0.0.1')
    for (const socket of [incoming, outgoing]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        incoming.destroy()
        outgoing.destroy()
      })
    }
    if (delay) pipeLate(incoming, outgoing, delay)
    else incoming.pipe(outgoing)
    outgoing.pipe(incoming)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: Proxy = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    stop() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
  return proxy
}

function pipeLate(from: Socket, to: Socket, delay: () => number): void {
  let before = Promise.resolve()
  from.on('data', (chunk) => {
    const due = wait(delay())
    before = before.then(() => due).then(() => void (to.destroyed || to.write(chunk)))
  })
}
