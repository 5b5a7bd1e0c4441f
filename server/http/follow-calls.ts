import type { MiddlewareHandler } from 'hono'
import type { Trace } from '../observe/trace.js'
import type { AppEnv } from './env.js'
import { operationOf } from './problems.js'

/** Traces every call of our API; requests for anything else are only logged. */
export function followCalls(trace: Trace): MiddlewareHandler<AppEnv> {
  return async function followCall(c, next) {
    const operation = operationOf(c)
    if (c.req.method !== 'POST' || operation === 'other') return next()
    await trace.call(operation, async () => {
      trace.note({ 'otp.operation': operation })
      await next()
      const { ok, status } = c.res
      trace.note({ 'http.response.status_code': status, ...(ok && { 'otp.code': 'ok' }) })
    })
  }
}
