import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** An address that leads to whichever Redis the test says, as one name does before and after a failover. */
export interface Proxy {
  readonly url: string
  readonly port: number
  /** Port that connections made from now on lead to. */
  target: number
  /** Keeps back what the target says from now on. What is kept back is lost when the target ends. */
  stall(): void
  stop(): void
}

/**
 * Starts a proxy on the loopback interface.
 *
 * @param delay milliseconds that what is sent next takes to reach Redis, if it need not wait for what was sent before.
 */
export async function startProxy(target: number, delay?: () => number): Promise<Proxy> {
  const open = new Set<Socket>()
  const targets = new Set<Socket>()
  const server = createServer((incoming) => {
    const outgoing = connect(proxy.target, '127.0.0.1')
    targets.add(outgoing)
    outgoing.on('close', () => targets.delete(outgoing))
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
  const { port } = server.address() as AddressInfo
  const proxy: Proxy = {
    url: `redis://127.0.0.1:${port}`,
    port,
    target,
    stall() {
      for (const socket of targets) socket.unpipe().pause()
    },
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
