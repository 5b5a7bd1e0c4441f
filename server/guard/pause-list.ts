import { inTurn } from '../store/in-turn.js'
import type { Observe } from '../observe/events.js'
import { listed } from '../store/listing.js'
import type { Store } from '../store/store.js'
import { pause, pausedAmong, resume, type Paused } from './pause.js'

/** Name under which pauses are listed. */
const GROUP = 'pauses'

/** A pause that an operator has commanded. */
export interface Pause extends Paused {
  /** Milliseconds since 1970, by the store's clock. */
  until: number
  /** Who did it. */
  by: string
  note?: string | undefined
}

/** What changing pauses needs. */
export interface PauseDeps {
  store: Store
  observe: Observe
}

/**
 * Stops sends, and lists until when, by whom and why they are stopped.
 *
 * @param milliseconds until they go on by themselves, at most LONGEST_PAUSE.
 * @throws StoreError
 */
export async function setPause(
  { store, observe }: PauseDeps,
  given: Omit<Pause, 'until'>,
  milliseconds: number,
): Promise<Pause> {
  const set = { ...given, until: (await store.now()) + milliseconds }
  const { sitekey, country, by } = set
  const until = new Date(set.until).toISOString()
  // Stopping is what is urgent.
  await inTurn([
    () => pause(store, set, milliseconds),
    () => store.announce(GROUP, memberOf(set), JSON.stringify(set), milliseconds),
    () => observe({ event: 'pause', change: 'pause', sitekey, country, by, until }),
  ])
  return set
}

/** Resumes the sends that exactly this pause has stopped. @returns whether there was one. @throws StoreError */
export async function liftPause({ store, observe }: PauseDeps, paused: Paused, by: string): Promise<boolean> {
  const { sitekey, country } = paused
  const existed = (await pausedAmong(store, [paused])).length > 0
  await inTurn([
    () => resume(store, paused),
    () => store.withdraw(GROUP, memberOf(paused)),
    () => existed && observe({ event: 'pause', change: 'resume', sitekey, country, by }),
  ])
  return existed
}

/** Every pause in force, the one that ends soonest first. @throws StoreError */
export async function livingPauses(store: Store): Promise<Pause[]> {
  const pauses = [...(await listed(store, GROUP)).values()].map((text) => JSON.parse(text) as Pause)
  return (await pausedAmong(store, pauses)).toSorted((a, b) => a.until - b.until)
}

function memberOf({ sitekey = '*', country = '*' }: Paused): string {
  return `${sitekey}:${country}`
}
