import { Hono } from 'hono'
import type { Registry } from 'prom-client'
import type { Store } from '../store/store.js'

/** What the second listener shows: never to be reached from the internet. */
export interface AdminDeps {
  store: Store
  registry: Registry
}

/** Health, readiness and metrics, for the operator's own machines. Never asks the provider: that could cost money. */
export function createAdminApp({ store, registry }: AdminDeps): Hono {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
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
}
