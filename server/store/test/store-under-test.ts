import type { Store } from '../store.js'

/** A store under test, with a clock the suite turns. */
export interface StoreUnderTest {
  store: Store
  /** Moves the store's clock forward by that many milliseconds. */
  advance(milliseconds: number): void
  /** Opens what another process would use: the same content through a handle of its own. */
  another(): Promise<Store>
  /** Lets go of what the test opened. */
  close(): Promise<void>
}
