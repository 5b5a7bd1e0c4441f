import { StoreError, StoreFullError, type Store } from './store.js'

/** Waits for this many milliseconds. */
export type Sleep = (milliseconds: number) => Promise<void>

/** Milliseconds within which a store says that it is away. */
export const STORE_PATIENCE = 1000

/** Milliseconds to wait before each repetition. */
const PAUSES = [200, 300, 500, ...Array.from({ length: 9 }, () => 1000)]

/** Milliseconds that `insist` takes at most, for a step that asks the store once: 23 seconds. */
export const LONGEST_INSISTENCE =
  PAUSES.reduce((sum, pause) => sum + pause) + (PAUSES.length + 1) * STORE_PATIENCE

/** Milliseconds after which a call that was given up has reached the store, or never will. */
const STRAGGLE = 2000

/**
 * Takes a step in the store, again and again while the store is away: for what must not be lost because the provider was already
 * asked. Only for steps that change nothing more when they are repeated.
 *
 * @param step gets whether it is repeated: then it may have been taken already, its answer lost.
 * @throws StoreError when the store stays away, or has no room
 */
export async function insist<T>(step: (again: boolean) => Promise<T>, sleep: Sleep): Promise<T> {
  let again = false
  for (const pause of PAUSES) {
    try {
      return await step(again)
    } catch (error) {
      if (!(error instanceof StoreError) || error instanceof StoreFullError) throw error
    }
    await sleep(pause)
    again = true
  }
  return step(again)
}

/** Takes a step once, while nobody waits, as soon as the store answers: for steps that must not be repeated. */
export async function onceBack(
  store: Pick<Store, 'now'>,
  step: () => Promise<unknown>,
  sleep: Sleep,
): Promise<void> {
  try {
    await insist(() => store.now(), sleep)
    await step()
  } catch {
    // Then it expires by itself.
  }
}

/**
 * Takes a step once while a caller waits, who waits no longer than the store takes to answer once; if the store is away, the
 * step is left to `onceBack`. So a refusal that is already certain is not held up by a store that goes away.
 */
export async function onceOrLater(
  store: Pick<Store, 'now'>,
  step: () => Promise<unknown>,
  sleep: Sleep,
): Promise<void> {
  try {
    await store.now()
  } catch {
    return void onceBack(store, step, sleep)
  }
  // If this fails, it expires by itself.
  await step().catch(() => {})
}

/**
 * Undoes, while nobody waits, what an abandoned call may have done. Twice, because the call may still be on its way the first
 * time.
 */
export async function undo(step: () => Promise<unknown>, sleep: Sleep): Promise<void> {
  try {
    await insist(step, sleep)
    await sleep(STRAGGLE)
    await insist(step, sleep)
  } catch {
    // Then it expires by itself.
  }
}
