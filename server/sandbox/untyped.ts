import type { OutgoingHttpHeaders } from 'node:http'
import type { MiddlewareHandler } from 'hono'
import type { SandboxEnv } from './env.js'

/** Sends an answer that has no `Content-Type` as it is; Hono's adapter would call it plain text. */
export const untypedAnswers: MiddlewareHandler<SandboxEnv> = async function sendUntyped(c, next) {
  await next()
  const outgoing = c.env?.outgoing
  if (!outgoing || c.res.headers.has('content-type')) return
  const writeHead = outgoing.writeHead.bind(outgoing)
  outgoing.writeHead = (status: number, headers = {}) => {
    const others = Object.entries(headers as OutgoingHttpHeaders).filter(
      ([name]) => name.toLowerCase() !== 'content-type',
    )
    return writeHead(status, Object.fromEntries(others))
  }
}
