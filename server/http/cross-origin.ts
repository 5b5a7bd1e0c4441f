import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { IDEMPOTENCY_HEADER, KEY_PROOF_HEADER, PATHS } from '../../contract/index.js'
import type { Observe } from '../observe/events.js'
import { loggableOrigin } from '../observe/foreign-origins.js'
import { VerificationError } from '../refusal/verification-error.js'
import { matchOrigin } from '../site/origin.js'
import type { Sites } from '../site/site.js'
import { API_HEADERS } from './answer.js'
import type { AppEnv, CrossOriginHeaders } from './env.js'

/** Seconds a browser may remember the answer to a preflight; all calls of a visit share one. */
const PREFLIGHT_MAX_AGE = 600

/** The addresses that pages of other origins call, except those for backends. Scripts and keys are read without a preflight. */
export const SHARED = '/v1/*'

/** Whether pages of other origins call an address. */
export function isShared(path: string): boolean {
  return path.startsWith(SHARED.slice(0, -1)) && !isForBackends(path)
}

function isForBackends(path: string): boolean {
  return path.endsWith(PATHS.siteverify) || path.endsWith(PATHS.deliveryReports)
}

/** What a page may read of an answer. The Date header lets the element correct the visitor's clock. */
const EXPOSED = ['Date', 'Retry-After']

/** Headers of every answer, whatever its origin. */
const PLAIN = { ...API_HEADERS, 'Access-Control-Expose-Headers': EXPOSED.join(','), Vary: 'Origin' }

/**
 * CORS headers for the origins of all sites. Whether an origin belongs to the site of a call is checked by those who know its
 * sitekey. Only an origin that matches a site's pattern is echoed, and credentials are never allowed.
 *
 * Siteverify and delivery reports have none: they take secrets, and a page that could read their answers would tempt somebody to
 * put the secret there.
 *
 * Browsers hide such a refusal from the page, so it is reported to `observe`.
 */
export function crossOrigin(sites: Sites, observe: Observe): MiddlewareHandler<AppEnv> {
  const preflight = cors({
    origin: (origin) => allowedOrigin(sites, origin),
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['Content-Type', IDEMPOTENCY_HEADER, KEY_PROOF_HEADER],
    exposeHeaders: EXPOSED,
    maxAge: PREFLIGHT_MAX_AGE,
  })
  // Built once: doing it for each answer would take longer than everything else about origins.
  const exact = [...sites.values()].flatMap(({ origins }) =>
    origins.flatMap((pattern) => (pattern.kind === 'exact' ? [pattern.origin] : [])),
  )
  const known = new Map([undefined, ...exact].map((origin) => [origin, headersFor(origin)]))

  function tell(call: 'preflight' | 'read', header: string | undefined, path: string): void {
    if (header === undefined) return
    const sitekey = sitekeyIn(path)
    observe({
      event: 'foreign-origin',
      call,
      sitekey: sitekey !== undefined && sites.has(sitekey) ? sitekey : undefined,
      origin: loggableOrigin(header),
    })
  }

  return async function crossOriginHeaders(c, next) {
    if (isForBackends(c.req.path)) return next()
    const header = c.req.header('Origin')
    const origin = allowedOrigin(sites, header)
    if (c.req.method === 'OPTIONS') {
      if (origin === undefined) tell('preflight', header, c.req.path)
      for (const [name, value] of Object.entries(API_HEADERS)) c.header(name, value)
      return preflight(c, next)
    }
    if (origin === undefined && c.req.method === 'GET' && sitekeyIn(c.req.path))
      tell('read', header, c.req.path)
    // Hono's middleware would rebuild the answer and make a stream of its body, which costs more than a whole refusal.
    c.set('crossOrigin', known.get(origin) ?? headersFor(origin))
    return next()
  }
}

/** What a browser says of a page's own call (Fetch Metadata). Programs and older browsers say nothing. */
const OF_A_CALL = Object.entries({
  'Sec-Fetch-Site': ['cross-site', 'same-site', 'same-origin'],
  'Sec-Fetch-Mode': ['cors'],
  'Sec-Fetch-Dest': ['empty'],
})

/**
 * Refuses a call from an origin that no site lists, and one that a browser marks as coming from a form or an image, before its
 * body is read. CORS alone refuses nothing: it only keeps a browser from reading the answer, after the message was sent. Comes
 * after `crossOrigin`.
 */
export const refuseStrangers: MiddlewareHandler<AppEnv> = function refuseStranger(c, next) {
  if (!c.get('crossOrigin')?.['Access-Control-Allow-Origin'])
    throw new VerificationError('origin_not_allowed')
  if (OF_A_CALL.some(([name, usual]) => !usual.includes(c.req.header(name) ?? usual[0]!)))
    throw new VerificationError('origin_not_allowed', { reason: 'no_script' })
  return next()
}

/** The sitekey that an address of the API names, if it does. */
function sitekeyIn(path: string): string | undefined {
  const [, after] = path.split(`${PATHS.sites}/`)
  return after?.split('/')[0]
}

function headersFor(origin: string | undefined): CrossOriginHeaders {
  return origin === undefined ? PLAIN : { 'Access-Control-Allow-Origin': origin, ...PLAIN }
}

function allowedOrigin(sites: Sites, origin: string | undefined): string | undefined {
  for (const site of sites.values()) {
    const match = matchOrigin(site.origins, origin)
    if (match) return match
  }
  return undefined
}
