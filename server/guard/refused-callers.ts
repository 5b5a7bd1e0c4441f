import { FLOOD } from '../site/policy.js'
import type { Site } from '../site/site.js'
import type { Short, Store } from '../store/store.js'
import { HOUR } from '../time.js'
import { ruleIn, type Names } from './names.js'
import { overruling } from './overrides.js'
import { refusalCharges, refusedAlready } from './refusals.js'
import type { Route } from './route.js'
import type { Standing } from './standing.js'

/** How many refused starts of a caller this process collects before it counts them in the store together. */
const AT_ONCE = 10

/** Callers whose starts this process refuses by itself. Without this, the answers to a flood would be counted nowhere. */
export interface RefusedCallers {
  /**
   * Why the caller gets nothing more, if too many of its starts were refused, and the operator has not allowed it.
   *
   * @throws StoreError
   */
  shortOf(site: Site, route: Route, now: number): Promise<Short | undefined>
  /** This process has refused a start, in place of the store. */
  told(site: Site, route: Route, now: number): void
  /** The store had no room for a start: remembered if that was because too many of its caller's were refused. */
  closed(site: Site, short: Short, now: number): void
}

/** Callers of one store. */
export function refusedCallersOver(store: Store, names: Names, none: Standing['none']): RefusedCallers {
  /**
   * Until when each is refused, and how many of its starts are still to be counted. Both by site, because each has its own
   * limits.
   */
  const until = new Map<string, number>()
  const uncounted = new Map<string, { starts: number; since: number }>()

  function remember<V>(map: Map<string, V>, name: string, value: V): void {
    if (map.size >= FLOOD.remembered && !map.has(name)) map.clear()
    map.set(name, value)
  }

  const keysOf = ({ policy }: Site, route: Route) =>
    refusalCharges(route, names, policy, [], []).map(({ key }) => key)
  const allowancesOf = (route: Route) => overruling(route, names).allowances

  const callers: RefusedCallers = {
    async shortOf(site, route, now) {
      if (until.size === 0) return undefined
      for (const refused of keysOf(site, route)) {
        const wait = (until.get(`${site.sitekey} ${refused}`) ?? 0) - now
        if (wait > 0) return (await none(allowancesOf(route))) ? { refused, left: 0, wait } : undefined
      }
      return undefined
    },

    told(site, route, now) {
      const [key] = keysOf(site, route)
      if (key === undefined) return
      const name = `${site.sitekey} ${key}`
      const known = uncounted.get(name)
      const told = known && now - known.since < HOUR ? known : { starts: 0, since: now }
      told.starts = (told.starts + 1) % AT_ONCE
      remember(uncounted, name, told)
      if (told.starts > 0) return
      const counted = refusedAlready(route, names, site.policy, allowancesOf(route), AT_ONCE)
      // Starts that cannot be counted are refused nevertheless.
      store.consume(counted).then(
        (short) => {
          if ('refused' in short) callers.closed(site, short, now)
        },
        () => {},
      )
    },

    closed({ sitekey }, { refused, wait }, now) {
      if (ruleIn(refused) === 'refusals') remember(until, `${sitekey} ${refused}`, now + wait)
    },
  }
  return callers
}
