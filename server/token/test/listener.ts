import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Something that answers HTTP on this machine. */
export interface Listener {
  /** Its address, without a slash at the end. */
  readonly url: string
  /** The paths it was asked for. */
  readonly asked: readonly string[]
  close(): void
}

/** Listens on a free loopback port. */
export async function listen(answer: RequestListener): Promise<Listener> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Answers every request with this JSON. */
export function json(content: unknown): RequestListener {
  return (_, response) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(content))
}
