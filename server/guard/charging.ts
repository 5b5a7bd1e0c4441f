import type { Channel } from '../../contract/index.js'
import type { Observe } from '../observe/events.js'
import type { Digests } from '../pepper/digests.js'
import { numberInLogs } from '../phone-number/number-in-logs.js'
import type { Rule } from '../refusal/reasons.js'
import { VerificationError } from '../refusal/verification-error.js'
import { TELLABLE_WAIT } from '../site/policy.js'
import type { Site } from '../site/site.js'
import { onceBack, type Sleep } from '../store/insist.js'
import type { Charge, ChargedBy, Receipt, Short, Store } from '../store/store.js'
import { untouched } from '../store/untouched.js'
import { addressCharges } from './address-limits.js'
import { budgetCharges, unsolvedCharges } from './budget.js'
import { isAfterTexts } from './calls.js'
import type { Challenge } from './challenge.js'
import type { Conversion } from './conversion.js'
import {
  creditCharges,
  distrusted,
  isToKnown,
  overdraftOf,
  trustCharges,
  waivedOf,
  type CreditName,
} from './credits.js'
import { floodsOver } from './flood.js'
import { ruleIn, type Names } from './names.js'
import { callCharges, guessCharges, numberCharges } from './number-limits.js'
import { overruling } from './overrides.js'
import { pauseCharges } from './pause.js'
import { refusalCharges, tellingOf } from './refusals.js'
import { refusedCallersOver } from './refused-callers.js'
import type { Route } from './route.js'
import { standingIn } from './standing.js'
import type { Watch } from './watch.js'

/** What the guard charges with. */
export interface ChargingDeps {
  store: Store
  names: Names
  digests: Digests
  conversion: Conversion
  challenge: Challenge
  watch: Watch
  observe: Observe
  sleep: Sleep
}

/** What is known about a send. */
interface SendTerms {
  /** Whether its visitor has solved a challenge. */
  solved: boolean
  channel: Channel
}

/** Limits of the caller's address. @param allowances marks by which the operator waives them */
type CallerLimits = (allowances: readonly string[]) => readonly Charge[]

/** What a start takes in addition to what every send takes. */
interface StartCharges {
  /** Checked first: it applies to every number alike, so a refusal reveals nothing about this one. */
  first: CallerLimits
  limits: CallerLimits
  /** Counters to increment at that time; they never refuse. */
  count: (now: number) => readonly Charge[]
}

/** What a paid send has taken. */
interface Charged extends Pick<Route, 'waived'> {
  receipt: Receipt
}

const NO_START: StartCharges = { first: () => [], limits: () => [], count: () => [] }

/** Charges of the guard: all that one call takes, in one step, or nothing. */
export interface Charging {
  /**
   * Refuses a start that is part of a flood, or whose caller has had too many refusals, more cheaply than `send` would.
   *
   * @throws VerificationError
   */
  refuseFlood(site: Site, route: Route, solved: boolean): Promise<void>
  /**
   * Takes what a paid send takes: the number's limits, credit, the budgets, and `more`.
   *
   * @throws VerificationError
   */
  send(site: Site, route: Route, terms: SendTerms, more?: StartCharges): Promise<Charged>
  /** Takes what a call that sends nothing takes. @throws VerificationError `rate_limited` */
  call(site: Site, route: Route, limits: CallerLimits): Promise<Receipt>
}

/** Limits that a solved challenge lifts. */
const SOFT: readonly Rule[] = ['numbers', 'crowd', 'guessing', 'budget-unsolved', 'spend-unsolved']

/** Charges over one store. */
export function chargingOver({
  store,
  names,
  digests,
  conversion,
  challenge,
  watch,
  observe,
  sleep,
}: ChargingDeps): Charging {
  const { none } = standingIn(store)
  const floods = floodsOver(store, names, none)
  const callers = refusedCallersOver(store, names, none)

  /**
   * In shadow mode, when limits or credit (`wary`) refuse, still makes the firm charges, and reports what would have been
   * refused.
   *
   * @param stops overrides, pauses and too many wrong codes; like `budgets`, they are firm: they hold in shadow mode too.
   * @param wary limits and credit.
   * @param unsolved what a solved challenge lifts. It comes last, so that a challenge is asked for only where nothing else
   * refuses.
   */
  async function charge(
    site: Site,
    route: Route,
    { stops, wary, budgets, unsolved }: Record<'stops' | 'wary' | 'budgets' | 'unsolved', readonly Charge[]>,
    by: ChargedBy,
    refusal: (short: Short) => VerificationError,
  ): Promise<Receipt> {
    const { sitekey, shadow } = site
    const firm = [...stops, ...budgets]
    const consumed = await store.consume([...stops, ...wary, ...budgets, ...unsolved], by)
    if ('charges' in consumed) return consumed
    const error = refusal(consumed)
    watch.ranDry(site, route, consumed, error.code)
    if (!shadow || firm.some(({ key }) => key === consumed.refused)) throw error
    const alone = await store.consume(firm, by)
    if ('charges' in alone) {
      const number = numberInLogs(route, digests)
      observe({ event: 'shadowed', sitekey, ...number, code: error.code, rule: ruleOf(consumed) })
      return alone
    }
    const last = refusal(alone)
    watch.ranDry(site, route, alone, last.code)
    throw last
  }

  /**
   * Charges a message. A known number also uses up one of its free messages; when they are gone it is charged like a stranger.
   */
  async function trusting(route: Route, take: () => Promise<Receipt>): Promise<Charged> {
    const receipt = await take()
    if (!isToKnown(receipt, route, names)) return { receipt, waived: waivedOf(receipt, route) }
    const trust = await untouched(
      async () => {
        const taken = await store.consume(trustCharges(route, names), 'under way')
        if ('refused' in taken) await store.apply(distrusted(route, names))
        return taken
      },
      () => onceBack(store, () => store.refund(receipt), sleep),
    )
    if ('charges' in trust) {
      const charges = [...receipt.charges, ...trust.charges]
      return { receipt: { ...receipt, charges }, waived: 'all' }
    }
    // If this fails it is not tried again, because it may have been done.
    await store.refund(receipt)
    const anew = await take()
    return { receipt: anew, waived: waivedOf(anew, route) }
  }

  function refusalOf(site: Site, short: Short, solved: boolean): VerificationError {
    const reason = ruleOf(short)
    if (reason === 'number' && short.wait <= TELLABLE_WAIT) return pauseFor(short)
    const helps = !solved && couldHelp(site, short)
    return new VerificationError(helps ? 'challenge_required' : 'cannot_send', { reason })
  }

  /** Whether solving a challenge could make up for the shortage. */
  function couldHelp(site: Site, short: Short): boolean {
    const rule = ruleOf(short)
    if (challenge.kind(site) === 'none') return false
    if (SOFT.includes(rule)) return true
    const overdraft = overdraftOf(rule, site.policy)
    // What is left of a money budget is no credit: it may be more than one, yet less than a message costs.
    return overdraft > 0 && short.left - 1 >= -overdraft
  }

  return {
    async refuseFlood(site, route, solved) {
      if (!isOneOfMany(site, route, solved)) return
      const now = await store.recent()
      const closed = await callers.shortOf(site, route, now)
      const short = closed ?? (await floods.shortOf(route, now))
      if (!short) return
      if (!closed) callers.told(site, route, now)
      throw refusalOf(site, short, solved)
    },

    async send(site, route, { solved, channel }, more) {
      const { first, limits, count } = more ?? NO_START
      const now = await store.recent()
      const isBroken = solved && (await conversion.isBroken(route))
      const overdrawn = (credit: CreditName) =>
        solved && (credit === 'operator' && isBroken ? 'favoured' : true)
      const { denials, allowances } = overruling(route, names)
      // Includes numbers blocked for too many wrong codes: their codes are not checked, so a message would be wasted.
      const guesses = guessCharges(route, names, site.policy, true)
      const stops = [...denials, ...pauseCharges(site.sitekey, route.country), ...guesses]
      const numbered = isAfterTexts(site, channel) ? callCharges : numberCharges
      const limited = [
        ...numbered(route, names, site.policy, allowances),
        ...limits(allowances),
        ...creditCharges(route, names, site.policy, overdrawn, allowances),
      ]
      const budgets = [...budgetCharges(site, route, channel, names, now), ...count(now)]
      const isAsked = !solved && challenge.kind(site) !== 'none'
      const unsolved = isAsked ? unsolvedCharges(site, route, channel, names, now, allowances) : []
      // In shadow mode this count would refuse nobody.
      const telling = tellingOf(site.shadow ? [] : [...limited, ...budgets, ...unsolved])
      // Before the number's own limits, so that an address that gets nothing more learns nothing about any number.
      const asking = () => [
        ...addressCharges(route, names, 'starts', site.policy, allowances),
        ...refusalCharges(route, names, site.policy, allowances, telling),
        ...first(allowances),
      ]
      const wary = [...(more ? asking() : []), ...limited]
      if (isBroken) watch.broke(site, route)
      const take = () =>
        charge(site, route, { stops, wary, budgets, unsolved }, more ? 'start' : 'under way', (short) => {
          callers.closed(site, short, now)
          if (more && isOneOfMany(site, route, solved)) floods.refused(route, short, now)
          return refusalOf(site, short, solved)
        })
      const charged = await trusting(route, take)
      floods.admitted(route)
      watch.admitted(site, route)
      return charged
    },

    call(site, route, limits) {
      const wary = limits(overruling(route, names).allowances)
      return charge(site, route, { stops: [], wary, budgets: [], unsolved: [] }, 'under way', pauseFor)
    },
  }
}

/** Whether the store's answers to other starts apply to this one: with a ticket or a solution there may be room. */
function isOneOfMany({ shadow }: Site, { ticketed }: Route, solved: boolean): boolean {
  return !shadow && !ticketed && !solved
}

/** The rule whose account had no room. */
export function ruleOf({ refused }: Short): Rule {
  return ruleIn(refused)
}

/** A refusal that says how long to wait. @param reason @default the rule whose account had no room */
export function pauseFor(short: Short, reason = ruleOf(short)): VerificationError {
  return new VerificationError('rate_limited', { retryAfter: Math.ceil(short.wait / 1000), reason })
}
