import type { Observe } from '../observe/events.js'
import { StoreError } from '../store/store.js'
import type { Eviction } from './open-store.js'

/** A watch over what a server makes sure of only when it starts. */
export interface EvictionWatch {
  /** Asks again, and tells the observer when it has come to forget. Never rejects. */
  look(): Promise<void>
  /** Whether the store may forget what it is told, as far as is known. */
  mayForget(): boolean
}

/**
 * Makes sure that the store forgets nothing before its time, and goes on watching that.
 *
 * @param ask whether it may. Whoever may not be asked at first is not asked again.
 * @throws StoreError when it may, or cannot be asked
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
        // A store that is away is told of by who looks at the other servers on it, far more often than this.
      }
    },
    mayForget: () => forgot,
  }
}
