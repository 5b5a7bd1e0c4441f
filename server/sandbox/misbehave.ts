import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { ApiError, envelope } from './api-error.js'
import type { Fault } from './faults.js'

/** A fault that spoils the transport or the answer, not what the service says. */
export type TransportFault = Exclude<Fault, { kind: 'not-sent' | 'foreign-msisdn' }>

/**
 * Answers as the fault wants.
 *
 * @param carryOut - the request itself; called once when the fault strikes `after` it or merely delays it.
 * @param bindings - Node's socket; absent when the app is called without a server.
 */
export async function misbehave(
  fault: TransportFault,
  carryOut: () => Promise<Response>,
  bindings: Partial<HttpBindings> | undefined,
): Promise<Response> {
  if (fault.kind === 'delay') {
    // A listening server keeps the process alive by itself; once stopped, no timer of ours should.
    const timer = { ref: bindings?.incoming === undefined }
    if (!fault.after) await sleep(fault.ms, undefined, timer)
    const answer = await carryOut()
    if (fault.after) await sleep(fault.ms, undefined, timer)
    return answer
  }
  const answer = fault.after ? await carryOut() : undefined
  return spoil(fault, answer, bindings)
}

async function spoil(
  fault: Exclude<TransportFault, { kind: 'delay' }>,
  answer: Response | undefined,
  bindings: Partial<HttpBindings> | undefined,
): Promise<Response> {
  switch (fault.kind) {
    case 'hang-headers':
      return new Promise(() => {})
    case 'reset':
      bindings?.incoming?.socket.resetAndDestroy()
      // Nothing is left to write to; without a server the caller waits, as it would for a lost connection.
      return new Promise(() => {})
    case 'hang-body':
      return new Response(neverEnding(half(await textOf(answer))), { headers: JSON_HEADERS })
    case 'truncated':
      return new Response(half(await textOf(answer)), { headers: JSON_HEADERS })
    case 'empty':
      return new Response('', { headers: JSON_HEADERS })
    case 'status': {
      const error = new ApiError(fault.status, MESSAGE_IDS[fault.status] ?? 'GENERAL_ERROR')
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
      return Response.json(envelope(error, fault.envelope), { status: fault.status, headers })
    }
    case 'forbidden':
      return Response.json(envelope(new ApiError(403, 'UNAUTHORIZED'), 'older'), { status: 403 })
    case 'html':
      return new Response(BAD_GATEWAY, { status: 502, headers: { 'content-type': 'text/html' } })
    case 'xml':
      return new Response(XML_ERROR, { status: 500, headers: { 'content-type': 'application/xml' } })
    case 'redirect':
      return new Response(null, { status: fault.status, headers: { location: fault.location } })
    case 'oversized':
      return new Response(padding(fault.bytes), { headers: JSON_HEADERS })
    case 'respond': {
      const bodiless = [204, 205, 304].includes(fault.status)
      return new Response(bodiless ? null : new TextEncoder().encode(fault.body), {
        status: fault.status,
        headers: fault.headers,
      })
    }
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' }

const MESSAGE_IDS: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  415: 'UNSUPPORTED_CONTENT_TYPE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
}

const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n'

const XML_ERROR =
  '<?xml version="1.0" encoding="UTF-8"?><ApiException><requestError><serviceException>' +
  '<messageId>GENERAL_ERROR</messageId><text>Something went wrong. Please contact support.</text>' +
  '</serviceException></requestError></ApiException>'

/** What an answer might have begun with, when the request was never carried out. */
const UNBORN = '{"pinId":"9C817C6F8AF3D48F9FE553282AFA2B67","to":"41793026727"}'

async function textOf(answer: Response | undefined): Promise<string> {
  return (await answer?.text()) ?? UNBORN
}

function half(text: string): string {
  return text.slice(0, Math.ceil(text.length / 2))
}

function neverEnding(start: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(start))
    },
  })
}

function padding(bytes: number): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(65_536).fill(0x20)
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk.subarray(0, Math.min(left, chunk.length)))
      left -= chunk.length
      if (left <= 0) controller.close()
    },
  })
}
