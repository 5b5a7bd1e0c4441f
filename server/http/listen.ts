import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { serve, type HttpBindings } from '@hono/node-server'
import { CALL_PATIENCE } from '../verification/patience.js'
import type { Connection } from './env.js'

/** Limits of a listener. */
export interface ListenLimits {
  /** Milliseconds a client has to send its headers and its body, give or take a tenth. @default 10000 */
  requestTimeout?: number
  /** Connections held at once; more are closed as they come. @default 10000 */
  maxConnections?: number
}

/** Milliseconds after which a connection on which nothing moves is closed: as long as an answer may take. */
const IDLE_TIMEOUT = CALL_PATIENCE

/**
 * Milliseconds for which a closing server still takes a request on a connection that it has answered before: one may be on its
 * way, and its client could not know whether it was received.
 */
const LINGER = 1000

/** Milliseconds between a connection's last answer and its end, where the body of that request has not all arrived. */
const DRAIN_DELAY = 500

/** Most requests of a connection that wait for their answers. Browsers and proxies send one after the other. */
const MAX_WAITING = 10

/** Most bytes of headers. */
const MAX_HEADER_SIZE = 16_384

/** What answers requests: any Hono app. */
export interface Answering {
  fetch(request: Request, connection?: Connection): Response | Promise<Response>
}

/** A server that accepts connections. */
export interface Listener {
  port: number
  /**
   * Stops accepting after `delay` ms, lets what is under way finish for up to `patience` ms, then closes every connection.
   * Answers given meanwhile say that they are the last on their connection.
   *
   * @param delay @default 0
   */
  close(patience: number, delay?: number): Promise<void>
}

/**
 * Starts listening.
 *
 * @throws the system's error (`EADDRINUSE`, say) when it cannot
 */
export function listen(
  app: Answering,
  hostname: string,
  port: number,
  { requestTimeout = 10_000, maxConnections = 10_000 }: ListenLimits = {},
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: lastWhereUnread(app),
        hostname,
        port,
        serverOptions: {
          requestTimeout,
          headersTimeout: requestTimeout,
          // Node looks for late clients only from time to time: every half minute by default.
          connectionsCheckingInterval: requestTimeout / 10,
          maxHeaderSize: MAX_HEADER_SIZE,
        },
      },
      (address) => {
        server.off('error', reject)
        server.setTimeout(IDLE_TIMEOUT)
        server.maxConnections = maxConnections
        resolve({ port: address.port, close })
      },
    )
    server.on('error', reject)
    const close = closing(server as Server)
  })
}

/**
 * Makes an answer the last on its connection if its request's body has not all arrived or was not read to its end. The rest of
 * such a body precedes the next request, and both may be lost when the connection is closed: a proxy that reuses it would lose
 * somebody else's call.
 */
function lastWhereUnread(app: Answering) {
  return async function answer(request: Request, connection: object): Promise<Response> {
    const { incoming, outgoing } = connection as HttpBindings
    const { socket } = incoming
    // After a last answer no other would be sent.
    if (socket.writableEnded || socket.destroyed) return new Response(null, { status: 503 })
    try {
      return await app.fetch(request, { incoming })
    } finally {
      // The end of a body is reported a turn later than its bytes.
      if (!incoming.complete) await nextTurn()
      if (isUnread(incoming)) {
        // Node then answers with `Connection: close`.
        outgoing.shouldKeepAlive = false
        closeInSteps(socket)
      }
    }
  }
}

/**
 * Closes a connection a moment after its last answer: closed while more arrives, it would be reset, and a client that is still
 * sending might never read that answer (RFC 9112, section 9.6).
 */
function closeInSteps(socket: Socket): void {
  socket.destroySoon = function endFirst() {
    socket.end()
    const close = setTimeout(() => socket.destroy(), DRAIN_DELAY)
    socket.once('close', () => clearTimeout(close))
  }
}

/** Node itself discards a body that has all arrived and that nothing has begun to read. */
function isUnread({ complete, readableDidRead, readableEnded }: IncomingMessage): boolean {
  return !complete || (readableDidRead && !readableEnded)
}

function closing(server: Server): Listener['close'] {
  const underWay = answersUnderWay(server)
  let isClosing = false
  server.prependListener('request', (_, response) => {
    // Node then answers with `Connection: close`.
    if (isClosing) response.shouldKeepAlive = false
  })

  return async function close(patience, delay = 0) {
    isClosing = true
    for (const responses of underWay.values())
      for (const response of responses) response.shouldKeepAlive = false
    if (delay > 0) await wait(delay)
    const linger = setTimeout(() => server.closeIdleConnections(), LINGER)
    const force = setTimeout(() => server.closeAllConnections(), patience)
    // The HTTP server's own close would cut idle connections off at once.
    await new Promise((closed) => NetServer.prototype.close.call(server, closed))
    clearTimeout(linger)
    clearTimeout(force)
  }
}

/**
 * The answers that each connection waits for. One that keeps sending without waiting is closed: Node takes every request at
 * once, and each occupies a hundred times its length.
 */
function answersUnderWay(server: Server): ReadonlyMap<Socket, ReadonlySet<ServerResponse>> {
  const underWay = new Map<Socket, Set<ServerResponse>>()
  server.on('connection', (socket) => {
    underWay.set(socket, new Set())
    // Node does not report the end of answers whose turn has not come.
    socket.once('close', () => underWay.delete(socket))
  })
  server.prependListener('request', ({ socket }, response) => {
    const responses = underWay.get(socket)
    if (responses?.size === MAX_WAITING) socket.destroy()
    else responses?.add(response)
    response.once('close', () => responses?.delete(response))
  })
  return underWay
}
