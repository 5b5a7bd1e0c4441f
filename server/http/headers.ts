import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

/**
 * Headers of every answer: it is data, never a page; nobody may frame, sniff or keep it. Routes that serve the widget
 * lift what a script tag on another site needs lifted.
 */
export function apiHeaders(): MiddlewareHandler {
  const secure = secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    crossOriginResourcePolicy: 'same-origin',
    referrerPolicy: 'no-referrer',
    strictTransportSecurity: 'max-age=31536000; includeSubDomains',
    xFrameOptions: 'DENY',
    // What a route has set for itself stands.
    overwrite: false,
  })
  return async function headers(c, next) {
    await secure(c, async () => {
      await next()
      if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
      if (c.res.headers.get('Content-Type') === 'application/json') {
        c.header('Content-Type', 'application/json; charset=utf-8')
      }
    })
  }
}
