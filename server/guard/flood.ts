import type { Short, Store } from '../store/store.js'
import type { Names } from './names.js'
import { FLOOD } from './policy.js'
import { rangeOf } from './credits.js'
import type { Route } from './route.js'

/** What the store answered when it had no room for an account. */
interface Answer extends Short {
  /** Milliseconds since 1970. */
  at: number
}

interface Flood {
  since: number
  refusals: number
  /** What everybody is answered, once nobody can be an exception. */
  answer?: Answer
}

/**
 * Remembers for a moment what the store has answered to many: a flood then costs neither it nor this process what the look
 * at thirty accounts does, and the others who share the store do not notice.
 */
export interface Floods {
  /** Why there is no room for a start, if so many were told within a second that the store need not be asked. */
  shortOf(route: Route, now: number): Short | undefined
  /** The store had no room for a start. */
  refused(route: Route, short: Short, now: number): void
}

/**
 * The mark that stands since somebody, somewhere, was allowed something, for as long as that can last. Whoever is allowed is
 * an exception everywhere, so while there are any the store is asked each time.
 */
export const ALLOWANCES = 'allowances'

/** Floods at the accounts of one store. */
export function floodsOver(store: Store, names: Names): Floods {
  const floods = new Map<string, Flood>()

  /**
   * The accounts that a flood is likely to be at, and of each the marks that make exceptions of some; that of the number, whose
   * name has to be made, last.
   */
  function* accountsOf({ e164 }: Route): Iterable<readonly [key: string, exceptions: readonly string[]]> {
    const { range, inhabited } = names.of('range', rangeOf({ e164 }))
    for (const key of range) yield [key, [...inhabited, ALLOWANCES]]
    for (const key of names.of('number', e164).number) yield [key, [ALLOWANCES]]
  }

  /** Has the answer given to everybody for a moment, unless one of the marks stands. */
  async function remember(flood: Flood, answer: Answer, exceptions: readonly string[]): Promise<void> {
    const full = { kind: 'tally', key: 'flood:', amount: 1, limit: 0, window: 1 } as const
    const asked = await store.consume([{ ...full, look: true, waivers: exceptions }])
    if ('refused' in asked) flood.answer = answer
  }

  return {
    shortOf(route, now) {
      if (floods.size === 0) return undefined
      for (const [key] of accountsOf(route)) {
        const answer = floods.get(`${route.sitekey} ${key}`)?.answer
        const passed = answer ? now - answer.at : Infinity
        if (answer && passed < Math.min(FLOOD.window, answer.wait)) {
          return { ...answer, wait: answer.wait - passed }
        }
      }
      return undefined
    },

    refused(route, short, now) {
      const account = [...accountsOf(route)].find(([key]) => key === short.refused)
      if (!account) return
      const name = `${route.sitekey} ${short.refused}`
      const known = floods.get(name)
      const flood = known && now - known.since < FLOOD.window ? known : { since: now, refusals: 0 }
      if (flood !== known) {
        if (floods.size >= FLOOD.remembered) floods.clear()
        floods.set(name, flood)
      }
      // Whoever could not be told now is told by the store.
      if (++flood.refusals === FLOOD.least) remember(flood, { ...short, at: now }, account[1]).catch(() => {})
    },
  }
}
