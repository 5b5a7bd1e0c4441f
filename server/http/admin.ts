import { Hono, type Context } from 'hono'
import type { Registry } from 'prom-client'
import { LOOPBACK_HOSTS } from '../loopback.js'
import type { Store } from '../store/store.js'

/** Milliseconds for which that key is kept: it is written anew whenever somebody asks. */
const PROBE = 1

/** What the second listener shows: never to be reached from the internet. */
export interface AdminDeps {
  store: Store
  registry: Registry
  /** Whether the server is about to end, and wants no more requests. */
  isStopping: () => boolean
  /** Whether it may work beside the other servers on the store. */
  mayWork: () => boolean
  /** Whether the store may forget what it is told before its time: on such a one no server starts. */
  mayForget: () => boolean
  /** The name under which it tries whether the store keeps what it is told: no other server has it. */
  member: string
  /** The page that shows the last day, and what it reads. */
  operator?: Hono
}

/** Health, readiness, metrics and the operator's page, for the operator's own machines. Never asks the provider: that could cost money. */
export function createAdminApp(deps: AdminDeps): Hono {
  const { store, registry, isStopping, mayWork, mayForget, member, operator } = deps
  const unready = (c: Context, because: string) => c.json({ status: 'unavailable', because }, 503)
  const app = new Hono()
    .use(async function loopbackNames(c, next) {
      // A page elsewhere could have its own name resolve to this machine and read our figures.
      if (!LOOPBACK_HOSTS.has((c.req.header('Host') ?? '').toLowerCase().replace(/:\d+$/, '')))
        return c.json({ status: 'refused', because: 'host' }, 403)
      return next()
    })
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      if (isStopping()) return unready(c, 'stopping')
      if (!mayWork()) return unready(c, 'pepper')
      if (mayForget()) return unready(c, 'eviction')
      try {
        await store.now()
      } catch {
        return unready(c, 'store')
      }
      try {
        // One key of a server's own. A store that is full takes it: whoever is under way there is to finish.
        await store.claim(`ready:${member}`, member, PROBE, 'operator')
      } catch {
        return unready(c, 'write')
      }
      return c.json({ status: 'ready' })
    })
    .get('/metrics', async (c) =>
      c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
    )
  return operator ? app.route('/', operator) : app
}
