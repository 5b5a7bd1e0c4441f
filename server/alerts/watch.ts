import { budgetAccounts } from '../guard/budget.js'
import { ruleOf } from '../guard/charging.js'
import type { Conversion, Share } from '../guard/conversion.js'
import { operatorOf, provenCountry, rangeOf } from '../guard/credits.js'
import type { Route } from '../guard/route.js'
import type { Watch } from '../guard/watch.js'
import type { Alert } from '../observe/alert.js'
import type { Rule } from '../refusal/reasons.js'
import { BREAKER } from '../site/policy.js'
import type { Site } from '../site/site.js'
import type { Store, Tally } from '../store/store.js'
import { DAY, HOUR, MINUTE } from '../time.js'
import type { Teller } from './teller.js'

/** What a watch is made of. */
export interface WatchDeps {
  store: Store
  conversion: Conversion
  teller: Teller
}

/** Percentages of a budget at which an alert is sent. */
const LEVELS = [50, 80, 100]

/** Ranges that have to run dry within ten minutes before an alert is sent; it names the last. */
const RANGES = { limit: 3, window: 10 * MINUTE }

/** Fewest starts for which a share is meaningful, and the fraction of the week's share below which it counts as a drop. */
const DROP = { lately: 20, week: 100, share: 0.5 }

/** Milliseconds between two looks of this process at the conversion of a site's starts, or at credit that is used up. */
const LOOK = 10_000

/** Most ranges that this process remembers having reported to the store. */
const REMEMBERED = 10_000

/** Watches what the guard does. The store remembers which alerts were sent. */
export function watchOver({ store, conversion, teller: { aside, tell } }: WatchDeps): Watch {
  const looked = new Map<string, number>()
  /** When ranges ran dry, by site and account. */
  const dry = new Map<string, number>()

  /** Whether this process last looked at it long enough ago to look again. */
  function isDue(what: string, now: number): boolean {
    if (now - (looked.get(what) ?? -Infinity) < LOOK) return false
    looked.set(what, now)
    return true
  }

  async function rangeRanDry(site: Site, route: Route, account: string): Promise<void> {
    const { sitekey } = site
    // Sites share the account of a range, but each gets its own alert.
    const key = `${sitekey}:${account}`
    const now = await store.recent()
    if (now - (dry.get(key) ?? -Infinity) < RANGES.window) return
    if (dry.size >= REMEMBERED) dry.clear()
    dry.set(key, now)
    try {
      await tellOfRange(site, route, `alert:counted:${key}`)
    } catch (error) {
      dry.delete(key)
      throw error
    }
  }

  /**
   * @param counted a mark of the range while it counts: strangers decide how many ranges there are, and a mark takes no room
   * from others
   */
  async function tellOfRange({ sitekey }: Site, { country, e164 }: Route, counted: string): Promise<void> {
    const about = { sitekey, country, range: rangeOf(e164) }
    await tell({ alert: 'new_country', ...about }, country, DAY, [provenCountry(sitekey, country)])
    const { limit, window } = RANGES
    const few: Tally = {
      ...{ kind: 'tally', key: `alert:dry:${sitekey}`, amount: 1, limit: limit - 1, window },
      once: { key: counted, keep: window },
    }
    if ('refused' in (await store.consume([few], 'under way')))
      await tell({ alert: 'ranges', ...about }, '', HOUR)
  }

  /**
   * @param full the rule whose account has no room for the next message. It need not be empty: a message may cost more money
   * than is left.
   */
  async function lookAtBudgets(site: Site, now: number, full?: Rule): Promise<void> {
    const accounts = budgetAccounts(site, now)
    const held = await store.sums(accounts.map(({ key }) => key))
    for (const [n, { name, key, limit }] of accounts.entries()) {
      const level = name === full ? 100 : LEVELS.findLast((percent) => held[n]! >= (limit * percent) / 100)
      // After a budget was raised, alerts about it are sent again.
      if (level) await tell({ alert: name, sitekey: site.sitekey, level }, `${key}:${limit}:${level}`, DAY)
    }
  }

  /** Newcomers are shut out long before a whole budget is used up, since most sites send to few known numbers. */
  async function newcomersEnd(site: Site): Promise<void> {
    const accounts = budgetAccounts(site, await store.recent())
    const about = accounts.map(({ key, limit }) => `${key}:${limit}`).join(' ')
    await tell({ alert: 'reserve', sitekey: site.sitekey }, about, DAY)
  }

  /** A visitor who is asked to solve a challenge is not shut out. */
  async function creditRanDry({ sitekey }: Site, route: Route, rule: 'operator' | 'country') {
    const { country } = route
    if (!isDue(`${sitekey}:${rule}:${country}`, await store.recent())) return
    const million = rule === 'operator' ? await millionOf(route) : {}
    // One block of a million that is closed must not hide that the whole country is.
    await tell({ alert: 'credit', sitekey, country, ...million }, `${rule}:${country}`, HOUR)
  }

  /** The million numbers of a route, and the conversion of its starts if there are enough: the operator's page has neither. */
  async function millionOf(route: Route): Promise<Pick<Alert, 'range'> & Partial<Share>> {
    const share = await conversion.ofNetwork(route)
    return { range: operatorOf(route.e164), ...(share.started >= BREAKER.least ? share : {}) }
  }

  async function lookAtConversion({ sitekey }: Site, now: number): Promise<void> {
    if (!isDue(sitekey, now)) return
    const { lately, week } = await conversion.recent(sitekey)
    if (lately.started < DROP.lately || week.started < DROP.week) return
    if (percentOf(lately) >= DROP.share * percentOf(week)) return
    const shares = { lately: Math.round(percentOf(lately)), week: Math.round(percentOf(week)) }
    await tell({ alert: 'conversion', sitekey, ...shares }, '', HOUR)
  }

  return {
    admitted(site) {
      aside(async () => {
        const now = await store.recent()
        await lookAtBudgets(site, now)
        await lookAtConversion(site, now)
      })
    },

    ranDry(site, route, short, code) {
      const rule = ruleOf(short)
      if (rule === 'range') aside(() => rangeRanDry(site, route, short.refused))
      if ((rule === 'operator' || rule === 'country') && code === 'cannot_send') {
        aside(() => creditRanDry(site, route, rule))
      }
      if (rule === 'budget-open' || rule === 'spend-open') aside(() => newcomersEnd(site))
      if (rule === 'budget' || rule === 'spend') {
        aside(async () => lookAtBudgets(site, await store.recent(), rule))
      }
    },

    broke({ sitekey }, route) {
      const { country } = route
      aside(async () => {
        if (!isDue(`${sitekey}:network:${country}`, await store.recent())) return
        await tell({ alert: 'network', sitekey, country, ...(await millionOf(route)) }, country, HOUR)
      })
    },

    guessed({ sitekey }) {
      aside(() => tell({ alert: 'guessing', sitekey }, '', HOUR))
    },
  }
}

function percentOf({ started, proven }: Share): number {
  return (100 * proven) / started
}
