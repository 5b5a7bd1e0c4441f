import { FLOOD } from '../site/policy.js'
import type { Short, Store } from '../store/store.js'
import { countryKey, operatorOf, rangeOf } from './credits.js'
import type { Names } from './names.js'
import type { Route } from './route.js'
import type { Standing } from './standing.js'

/** What the store answered when it had no room for an account. */
interface Answer extends Short {
  /** Milliseconds since 1970. */
  at: number
}

interface Flood {
  since: number
  refusals: number
  /** The answer for every start without an override. */
  answer?: Answer | undefined
  /** Whether a start is already asking the store if the answer still holds. */
  isProbed?: boolean
}

/** An account that a flood is likely to exhaust. */
interface Target {
  key: string
  /** Marks of overrides that exempt a start. */
  exceptions: readonly string[]
  /** Whether these marks differ from range to range, so that the store is asked for them each time. */
  isWide: boolean
}

/**
 * Remembers for a moment what the store answered to many starts. A flood then spares the store and this process the look at
 * thirty accounts each time, and others who share the store do not notice it.
 */
export interface Floods {
  /**
   * Why there is no room for a start, if that was answered so often within a second that the store need only be asked whether
   * this start is exempt.
   *
   * @throws StoreError
   */
  shortOf(route: Route, now: number): Promise<Short | undefined>
  /** The store had no room for a start. */
  refused(route: Route, short: Short, now: number): void
  /** The store had room for a start. */
  admitted(route: Route): void
}

/**
 * The mark that stands from the moment an operator allows anything, for as long as that can last. What is allowed is exempt
 * everywhere, so while there is any, the store is asked each time.
 */
export const ALLOWANCES = 'allowances'

/** Floods at the accounts of one store. */
export function floodsOver(store: Store, names: Names, none: Standing['none']): Floods {
  const floods = new Map<string, Flood>()
  const probed = new WeakMap<Route, Flood>()

  /** The cheapest to look for come first. */
  function* targetsOf({ sitekey, country, e164 }: Route): Iterable<Target> {
    const { range, inhabited } = names.of('range', rangeOf(e164))
    const exceptions = [...inhabited, ALLOWANCES]
    for (const key of range) yield { key, exceptions, isWide: false }
    yield { key: countryKey(sitekey, country), exceptions, isWide: true }
    for (const key of names.of('operator', operatorOf(e164)).operator) {
      yield { key, exceptions, isWide: true }
    }
    for (const key of names.of('number', e164).number) yield { key, exceptions: [ALLOWANCES], isWide: false }
  }

  async function remember(flood: Flood, answer: Answer, { exceptions, isWide }: Target): Promise<void> {
    const holds = isWide || !(await store.standing(exceptions)).includes(true)
    flood.answer = holds ? answer : undefined
    flood.isProbed = false
  }

  return {
    async shortOf(route, now) {
      if (floods.size === 0) return undefined
      for (const { key, exceptions, isWide } of targetsOf(route)) {
        const flood = floods.get(`${route.sitekey} ${key}`)
        const answer = flood?.answer
        if (!answer || isOver(answer, now)) continue
        if (isWide && !(await none(exceptions))) return undefined
        const passed = now - answer.at
        if (passed < FLOOD.window || flood.isProbed) return { ...answer, wait: answer.wait - passed }
        flood.isProbed = true
        probed.set(route, flood)
        return undefined
      }
      return undefined
    },

    refused(route, short, now) {
      const target = [...targetsOf(route)].find(({ key }) => key === short.refused)
      if (!target) return
      const name = `${route.sitekey} ${short.refused}`
      const known = floods.get(name)
      const told = { ...short, at: now }
      if (known?.answer && !isOver(known.answer, now)) {
        remember(known, told, target).catch(() => {})
        return
      }
      const flood = known && now - known.since < FLOOD.window ? known : { since: now, refusals: 0 }
      if (flood !== known) {
        if (floods.size >= FLOOD.remembered) floods.clear()
        floods.set(name, flood)
      }
      // A start that cannot be answered from memory is answered by the store.
      if (++flood.refusals === FLOOD.least) remember(flood, told, target).catch(() => {})
    },

    admitted(route) {
      const flood = probed.get(route)
      if (flood) flood.answer = undefined
    },
  }
}

/** Whether the answer is stale: there may be room by now, or the start that was to ask again has not returned. */
function isOver({ at, wait }: Answer, now: number): boolean {
  return now - at >= Math.min(2 * FLOOD.window, wait)
}
