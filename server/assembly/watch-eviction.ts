import type { Observe } from '../observe/events.js'
import { StoreError } from '../store/store.js'
import type { Eviction } from './open-store.js'

/** Keeps watching what a server otherwise checks only when it starts. */
export interface EvictionWatch {
  /** Asks again, and reports to the observer when the store may evict now. Never rejects. */
  look(): Promise<void>
  /** Whether the store may evict what it holds, as far as is known. */
  mayForget(): boolean
}

/**
 * Makes sure that the store evicts nothing before its time, and keeps watching that.
 *
 * @param ask asks the store. If that is not permitted at first, it is not asked again.
 * @throws StoreError when it may evict, or cannot be reached
 */
export async function watchEviction(ask: () => Promise<Eviction>, observe: Observe): Promise<EvictionWatch> {
  const { asked, mistake } = await ask()
  if (mistake !== undefined) throw new StoreError(mistake)
  let forgot = false
  return {
    async look() {
      if (!asked) return
      try {
        const forgets = (await ask()).mistake !== undefined
        if (forgets && !forgot) observe({ event: 'evicting' })
        forgot = forgets
      } catch {
        // A store that is away is reported by the look at the other servers on it, which comes far more often than this.
      }
    },
    mayForget: () => forgot,
  }
}
