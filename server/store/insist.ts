import { StoreError, StoreFullError, type Store } from './store.js'

/** Waits that many milliseconds. */
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
 * Takes a step in the store, again and again while the store is away: for what may not be lost because the provider was
 * asked. Only for steps that change nothing more when they are taken again.
 *
 * @param step is told whether it is taken again: then it may have been taken already, its answer lost.
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

/** Takes a step once, while nobody waits, as soon as the store answers: for steps that may not be taken again. */
export async function onceBack(
  store: Pick<Store, 'now'>,
  step: () => Promise<unknown>,
  sleep: Sleep,
): Promise<void> {
  try {
    await insist(() => store.now(), sleep)
    await step()
  } catch {
    // Then it is left to time.
  }
}

/**
 * The same for whoever waits for its answer: no longer than the store takes to answer at all. A refusal that the store has
 * just told is not held up by what becomes of the store.
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
  // Should this fail, it is left to time.
  await step().catch(() => {})
}

/**
 * Undoes, while nobody waits, what a call may have done that was given up. Twice, for the call may still be on its way
 * when it is first undone.
 */
export async function undo(step: () => Promise<unknown>, sleep: Sleep): Promise<void> {
  try {
    await insist(step, sleep)
    await sleep(STRAGGLE)
    await insist(step, sleep)
  } catch {
    // Then time undoes it.
  }
}
