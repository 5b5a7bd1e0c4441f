import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.js'

/** How and where a sandbox is to listen. */
export interface StartOptions extends Omit<SandboxOptions, 'loopbackOnly'> {
  /** 0 takes any free port. @default 8788 */
  port?: number | undefined
  /** Setting it also lets requests name any host. @default '127.0.0.1', answering to loopback names only */
  host?: string | undefined
}

/** A sandbox that listens. */
export interface RunningSandbox extends Sandbox {
  /** Where it listens, without a trailing slash: the base URL for Infobip's clients, and the address of the phone. */
  url: string
  /** Stops listening and breaks off every connection, the hanging ones too. */
  stop(): Promise<void>
}

/**
 * Starts a sandbox.
 *
 * Rejects with Node's own error when it cannot listen: its `code` is `EADDRINUSE` when the port is taken.
 */
export async function startSandbox(options: StartOptions = {}): Promise<RunningSandbox> {
  const { port = 8788, host, ...rest } = options
  const { app, ...sandbox } = createSandbox({ ...rest, loopbackOnly: host === undefined })
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  server.listen(port, host ?? '127.0.0.1')
  await once(server, 'listening')
  const { address, family, port: taken } = server.address() as AddressInfo
  return {
    ...sandbox,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    stop: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
