import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { MiddlewareHandler } from 'hono'
import type { SandboxEnv } from './env.js'

/** Sends an answer that has a body but no `Content-Type` as it is; Hono's adapter would call it plain text. */
export const untypedAnswers: MiddlewareHandler<SandboxEnv> = async function sendUntyped(c, next) {
  await next()
  const outgoing = c.env?.outgoing
  // Beside a server, answers are of another kind, whose body gives them a type once it is asked for.
  const { headers, body, status } = c.res
  if (!outgoing || body === null || headers.has('content-type')) return
  outgoing.writeHead(status, Object.fromEntries(headers)).end(Buffer.from(await c.res.arrayBuffer()))
  c.res = RESPONSE_ALREADY_SENT
}
