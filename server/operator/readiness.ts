import { Gauge, type Registry } from 'prom-client'
import type { Store } from '../store/store.js'

/** Milliseconds for which the probe's mark is kept: each probe makes a new one. */
const PROBE = 1

/** Why a server may want no calls; the first that applies is reported. */
export const UNREADY = ['stopping', 'pepper', 'eviction', 'keys', 'store', 'write'] as const
export type Unready = (typeof UNREADY)[number]

/** Says why the server wants no calls now; `undefined` when it does. Never rejects. */
export type WhyUnready = () => Promise<Unready | undefined>

/** What readiness is made of. */
export interface ReadinessDeps {
  store: Pick<Store, 'now' | 'apply'>
  /** Whether the server is about to end, and wants no more requests. */
  isStopping: () => boolean
  /** Whether it may work beside the other servers on the store. */
  mayWork: () => boolean
  /** Whether the store may evict what it holds: no server starts on such a store. */
  mayForget: () => boolean
  /** Whether a key may sign: without one no number can be proven. */
  maySign: () => boolean
  /** The name under which it tests whether the store keeps what is written; no other server has it. */
  member: string
}

/** Decides whether a server wants calls. Never asks the provider, as that could cost money. */
export function readinessOf(deps: ReadinessDeps): WhyUnready {
  const { store, isStopping, mayWork, mayForget, maySign, member } = deps
  return async function whyUnready() {
    if (isStopping()) return 'stopping'
    if (!mayWork()) return 'pepper'
    if (mayForget()) return 'eviction'
    if (!maySign()) return 'keys'
    try {
      await store.now()
    } catch {
      return 'store'
    }
    try {
      // A mark of this server's own. A full store takes it, since visitors under way may still finish there. In a cluster it
      // lies where all accounts are, without which nothing can be sent.
      const marks = [{ key: `ready:${member}`, keep: PROBE }]
      await store.apply({ earnings: [], marks, forgotten: [] }, 'operator')
    } catch {
      return 'write'
    }
    return undefined
  }
}

/** Adds to the metrics what `/readyz` says. Asked whenever somebody reads them, so that it lasts as long as its cause. */
export function addReadiness(registry: Registry, whyUnready: WhyUnready): void {
  new Gauge({
    name: 'otp_unready',
    help: 'Whether the server wants no calls (1), by the cause that `/readyz` tells.',
    labelNames: ['because'],
    registers: [registry],
    async collect() {
      const found = await whyUnready()
      for (const because of UNREADY) this.set({ because }, because === found ? 1 : 0)
    },
  })
}
