import type { Server } from 'node:http'
import { serve } from '@hono/node-server'

/** Limits of a listener. */
export interface ListenLimits {
  /** Milliseconds a client has to send its headers and its body, give or take a tenth. @default 10000 */
  requestTimeout?: number
  /** Connections held at once; more are closed as they come. @default 10000 */
  maxConnections?: number
}

/** Milliseconds after which a connection on which nothing moves is closed; longer than any answer takes. */
const IDLE_TIMEOUT = 30_000

/** Most bytes of headers. */
const MAX_HEADER_SIZE = 16_384

/** What answers requests: a Hono app, whatever it keeps for itself. */
export interface FetchHandler {
  fetch(request: Request): Response | Promise<Response>
}

/** A server that accepts connections. */
export interface Listener {
  port: number
  /** Stops accepting, lets what is under way finish for up to `patience` ms, then closes every connection. */
  close(patience: number): Promise<void>
}

/**
 * Starts listening.
 *
 * @throws the system's error (`EADDRINUSE`, say) when it cannot
 */
export function listen(
  app: FetchHandler,
  hostname: string,
  port: number,
  { requestTimeout = 10_000, maxConnections = 10_000 }: ListenLimits = {},
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: app.fetch,
        hostname,
        port,
        serverOptions: {
          requestTimeout,
          headersTimeout: requestTimeout,
          // Node looks for clients that are late only so often: every half minute, unless told otherwise.
          connectionsCheckingInterval: requestTimeout / 10,
          maxHeaderSize: MAX_HEADER_SIZE,
        },
      },
      (address) => {
        server.off('error', reject)
        server.setTimeout(IDLE_TIMEOUT)
        server.maxConnections = maxConnections
        resolve({ port: address.port, close: (patience) => close(server as Server, patience) })
      },
    )
    server.on('error', reject)
  })
}

function close(server: Server, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), patience)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    server.closeIdleConnections()
  })
}
