import { Hono } from 'hono'
import type { Registry } from 'prom-client'
import { LOOPBACK_HOSTS } from '../loopback.js'
import type { WhyUnready } from '../operator/readiness.js'

/** What the second listener serves; it must not be reachable from the internet. */
export interface AdminDeps {
  registry: Registry
  whyUnready: WhyUnready
  /** The page that shows the last day, and what it reads. */
  operator?: Hono
}

/** Health, readiness, metrics and the operator's page, for the operator's own machines. */
export function createAdminApp(deps: AdminDeps): Hono {
  const { registry, whyUnready, operator } = deps
  const app = new Hono()
    .use(async function loopbackNames(c, next) {
      // A foreign page could have its own name resolve to this machine and read our figures.
      if (!LOOPBACK_HOSTS.has((c.req.header('Host') ?? '').toLowerCase().replace(/:\d+$/, '')))
        return c.json({ status: 'refused', because: 'host' }, 403)
      return next()
    })
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const because = await whyUnready()
      if (because !== undefined) return c.json({ status: 'unavailable', because }, 503)
      return c.json({ status: 'ready' })
    })
    .get('/metrics', async (c) =>
      c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
    )
  return operator ? app.route('/', operator) : app
}
