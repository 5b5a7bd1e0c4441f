import { Hono } from 'hono'
import type { OperatorReport } from './report.js'

/** The built page: one document, and the script and the style that it names. */
export interface OperatorPage {
  version: string
  html: string
  /** By their names below `assets/`, which change with what is in them. */
  assets: ReadonlyMap<string, string>
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/** Shows the last day. @param page left out where nothing was built; the report is served nevertheless. */
export function operatorRoutes(page: OperatorPage | undefined, report: () => Promise<OperatorReport>): Hono {
  const app = new Hono()
    .use(async function headers(c, next) {
      await next()
      for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
    })
    .get('/day.json', async (c) => c.json({ ...(page && { version: page.version }), ...(await report()) }))
  if (!page) return app
  return app
    .get('/', (c) => c.html(page.html))
    .get('/assets/:name', (c) => {
      const name = c.req.param('name')
      const text = page.assets.get(name)
      if (text === undefined) return c.notFound()
      const type = name.endsWith('.css') ? 'text/css' : 'text/javascript'
      return c.body(text, 200, { 'Content-Type': `${type}; charset=utf-8` })
    })
}
