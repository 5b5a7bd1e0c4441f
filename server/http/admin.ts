import { Hono } from 'hono'
import type { Registry } from 'prom-client'
import type { Store } from '../store/store.js'

/** The names under which only this machine reaches itself. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/** What the second listener shows: never to be reached from the internet. */
export interface AdminDeps {
  store: Store
  registry: Registry
  /** Whether the server is about to end, and wants no more requests. */
  isStopping: () => boolean
  /** The page that shows the last day, and what it reads. */
  operator?: Hono
}

/** Health, readiness, metrics and the operator's page, for the operator's own machines. Never asks the provider: that could cost money. */
export function createAdminApp({ store, registry, isStopping, operator }: AdminDeps): Hono {
  const app = new Hono()
    .use(async function loopbackNames(c, next) {
      // A page elsewhere could have its own name resolve to this machine and read our figures.
      if (!LOOPBACK_HOST.test(c.req.header('Host') ?? ''))
        return c.json({ status: 'refused', because: 'host' }, 403)
      return next()
    })
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      if (isStopping()) return c.json({ status: 'unavailable', because: 'stopping' }, 503)
      try {
        await store.now()
        return c.json({ status: 'ready' })
      } catch {
        return c.json({ status: 'unavailable', because: 'store' }, 503)
      }
    })
    .get('/metrics', async (c) =>
      c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
    )
  return operator ? app.route('/', operator) : app
}
