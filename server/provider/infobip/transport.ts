import { Pool, type Dispatcher } from 'undici'
import { PROVIDER_PATIENCE } from '../provider.js'
import type { Exchange } from './exchange.js'
import { retryAfterSeconds } from './retry-after.js'

/** A request as the SDK has made it up. */
export interface TransportRequest {
  method: Dispatcher.HttpMethod
  /** From the root of the server, with its query. */
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/** How long a request may take, and how many go at once. */
export interface Limits {
  /**
   * Milliseconds until a connection is there, over TLS with its certificate checked. They are counted in half seconds.
   *
   * @default 5000
   */
  connectTimeout?: number | undefined
  /**
   * Milliseconds in all, from waiting for a connection to the last byte of the answer. Half of them may be spent waiting.
   *
   * @default 10000
   */
  timeout?: number | undefined
  /** Connections at once; further requests wait for one. @default 256 */
  connections?: number | undefined
}

const LARGEST_BODY = 65_536

/** Milliseconds for which an unused connection is kept: less than servers keep it, as they drop what is written later. */
const IDLE_CONNECTION = 4000

/**
 * Sends requests to one server over HTTP/1.1 connections that are kept and used again. No redirect is followed, no proxy
 * used, every certificate checked, and no body over 64 KiB read.
 *
 * @returns sends a request once, and never rejects
 */
export function transport(
  server: URL,
  { connectTimeout = 5000, timeout = PROVIDER_PATIENCE, connections = 256 }: Limits,
): (request: TransportRequest) => Promise<Exchange> {
  const pool = new Pool(server.origin, {
    connections,
    keepAliveTimeout: IDLE_CONNECTION,
    keepAliveMaxTimeout: IDLE_CONNECTION,
    maxResponseSize: LARGEST_BODY,
    // Each request has its own overall timeout.
    ...{ headersTimeout: 0, bodyTimeout: 0 },
    connect: { timeout: connectTimeout, rejectUnauthorized: true },
    allowH2: false,
  })
  return (request) =>
    new Promise((resolve) => {
      pool.dispatch({ ...request, body: request.body ?? null }, new Reading(timeout, resolve))
    })
}

/** Reads the answer to one request. */
class Reading implements Dispatcher.DispatchHandler {
  /** There once the request has its connection, which with TLS is after the certificate has been checked. */
  private controller: Dispatcher.DispatchController | undefined
  private halfOver = false
  private late = false
  private ended = false
  private status = 0
  private headers: Record<string, string | string[] | undefined> = {}
  private readonly parts: Buffer[] = []
  private readonly timers: NodeJS.Timeout[]

  private readonly resolve: (exchange: Exchange) => void

  constructor(timeout: number, resolve: (exchange: Exchange) => void) {
    this.resolve = resolve
    this.timers = [
      setTimeout(() => (this.halfOver = true), timeout / 2),
      setTimeout(() => this.giveUp(), timeout),
    ]
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // With less than half of its time left, a message might be paid for and then given up.
    if (this.halfOver) this.late = true
    // Nothing of it has been written yet, and nothing will be.
    if (this.late) return controller.abort(new Error('timeout'))
    this.controller = controller
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status
    this.headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, part: Buffer): void {
    this.parts.push(part)
  }

  onResponseEnd(): void {
    this.answer(parseJson(this.status, this.header('content-type'), Buffer.concat(this.parts).toString()))
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    // A refusal counts even without its body; a success is worth only what its body says.
    if (this.status >= 400) return this.answer(undefined)
    const failure = this.controller ? 'no_answer' : 'not_reached'
    this.end({ failure, reason: this.late ? 'timeout' : (error.code ?? failure) })
  }

  private header(name: string): string | undefined {
    return [this.headers[name]].flat()[0]
  }

  private answer(body: unknown): void {
    const retryAfter = retryAfterSeconds(this.header('retry-after'), this.header('date'))
    this.end({ status: this.status, retryAfter, body })
  }

  /** A process that was stalled reads what has arrived meanwhile before it gives up, and sends nothing more. */
  private giveUp(): void {
    this.late = true
    setImmediate(() => {
      if (this.ended) return
      if (this.controller) this.controller.abort(new Error('timeout'))
      else this.end({ failure: 'not_reached', reason: 'timeout' })
    })
  }

  private end(exchange: Exchange): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.ended = true
    this.resolve(exchange)
  }
}

function parseJson(status: number, contentType: string | undefined, text: string): unknown {
  // Infobip has been recorded sending a 400 without a content type; a success must say that it is JSON.
  const declared = contentType === undefined ? status >= 400 : /^application\/json\b/i.test(contentType)
  if (!declared) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
