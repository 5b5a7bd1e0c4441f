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
    // About plug-ins and filters that no browser has any more.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    // What a route has set for itself stands.
    overwrite: false,
  })
  return function headers(c, next) {
    return secure(c, async () => {
      await next()
      // Written to the answer itself: to set them on the context would make it anew, and a stream of its body.
      const { headers: written } = c.res
      if (!written.has('Cache-Control')) written.set('Cache-Control', 'no-store')
      if (written.get('Content-Type') === 'application/json') {
        written.set('Content-Type', 'application/json; charset=utf-8')
      }
    })
  }
}
