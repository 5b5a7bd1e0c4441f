import type { MiddlewareHandler } from 'hono'
import { PATHS } from '../../contract/index.js'
import type { Observe } from '../observe/events.js'
import type { TrustedProxies } from './client-address.js'
import type { AppEnv } from './env.js'
import { refusePlainHttp } from './problems.js'

const HEADER = 'X-Forwarded-Proto'

/** Addresses at which a machine reaches itself. */
const LOOPBACK = /^(::ffff:)?127\.|^::1$/

/**
 * Refuses what came over plain HTTP, for a server whose own address is https. Redirecting would hide that a number or a
 * code was sent in the clear.
 *
 * TLS ends at a proxy, so the proxy has to say: a trusted one by X-Forwarded-Proto, any other by being on this machine.
 * Visitors' calls are refused where a trusted one does not say, because it may accept both. Backends, and whoever fetches the
 * keys, may call from the internal network past the proxy.
 */
export function httpsOnly(trusted: TrustedProxies, observe: Observe): MiddlewareHandler<AppEnv> {
  const refuse = refusePlainHttp(observe)
  return async function requireHttps(c, next) {
    const connected = c.env?.incoming?.socket.remoteAddress
    if (trusted === 0) return connected === undefined || LOOPBACK.test(connected) ? next() : refuse(c)
    const told = c.req.header(HEADER)
    const isVisitors = c.req.method === 'POST' && !c.req.path.endsWith(PATHS.siteverify)
    if (told === undefined) return isVisitors ? refuse(c) : next()
    return told.split(',').every((scheme) => scheme.trim().toLowerCase() === 'https') ? next() : refuse(c)
  }
}
