import type { StartRequest } from '../../contract/index.js'
import type { Observe, Rule } from '../observe/events.js'
import type { RandomBytes } from '../random.js'
import type { Site } from '../site.js'
import type { Charge, Receipt, Short, Store } from '../store/store.js'
import type { Digests } from '../verification/digests.js'
import { parsePhoneNumber, type PhoneNumber } from '../verification/phone-number.js'
import { VerificationError } from '../verification/verification-error.js'
import { addressCharges, softCharges } from './address-limits.js'
import { budgetCharges } from './budget.js'
import type { Challenge } from './challenge.js'
import { conversionCounts, conversionOver } from './conversion.js'
import { conversionOf, creditCharges, overdraftOf, type Account } from './credits.js'
import { namesUnder } from './names.js'
import { guessCharges, numberCharges } from './number-limits.js'
import { matchOrigin } from './origin.js'
import { pauseCharges } from './pause.js'
import { TELLABLE_WAIT } from './policy.js'
import type { Route } from './route.js'
import { readTicket } from './ticket.js'

/** Leave for one paid send, or for one check. */
export interface Admission {
  /** Gives back what was charged, when for certain nothing was sent, or nobody looked at the code. */
  refund(): Promise<void>
}

/** Leave for the first send of a verification. */
export interface StartAdmission extends Admission {
  phoneNumber: PhoneNumber
  /** What the verification's later sends, its checks and its success are to be told with. */
  route: Route
}

/** Who asks. */
export interface Asker {
  /** The Origin header. */
  origin: string
  /** The client's address in its one form, if it is known. */
  address?: string | undefined
}

/**
 * Decides whether a paid send may happen. Nothing is sent without its leave.
 *
 * The rules run in the order in which they stand below, cheapest and most certain first; the first that refuses ends it.
 * What costs the visitor something is taken last, and all of it in one step, so that a refusal costs nothing.
 *
 * Whatever is about fraud is refused as `cannot_send`, whichever rule it was: whoever is told which one tripped learns
 * how to go around it. The operator is told: the rule is the reason of the refusal's event.
 */
export interface Guard {
  /** @throws VerificationError with the refusal's code */
  admitStart(site: Site, request: StartRequest, asker: Asker): Promise<StartAdmission>
  /** @throws VerificationError with the refusal's code */
  admitResend(site: Site, route: Route): Promise<Admission>
  /** Leave to check a code at all. @throws VerificationError with the refusal's code */
  admitCheck(site: Site, route: Route, asker: Asker): Promise<Admission>
  /** Leave for one guess of a code, asked for when an attempt is spent. @throws VerificationError with the refusal's code */
  admitGuess(route: Route): Promise<Admission>
  /**
   * Credits a proven number to where it came from, and forgets the wrong codes given for it.
   *
   * @param startedAt when its verification was started, in milliseconds since 1970.
   */
  proven(route: Route, startedAt: number): Promise<void>
}

/** What a guard is made of. */
export interface GuardDeps {
  store: Store
  digests: Digests
  challenge: Challenge
  observe: Observe
  random: RandomBytes
}

/** The guard over one store. */
export function createGuard({ store, digests, challenge, observe, random }: GuardDeps): Guard {
  const names = namesUnder(digests)
  const conversion = conversionOver(store, names)

  /** Makes all charges; in shadow, where there is no room for the wary ones, the firm ones alone. */
  async function charge(
    site: Site,
    route: Route,
    { wary, firm }: { wary: Charge[]; firm: Charge[] },
  ): Promise<Receipt | Short> {
    const consumed = await store.consume([...wary, ...firm])
    if ('charges' in consumed || !site.shadow) return consumed
    if (firm.some(({ key }) => key === consumed.refused)) return consumed
    const { sitekey, country, e164 } = route
    const ref = digests.ref(digests.digest('number', e164))
    observe({ event: 'shadowed', sitekey, ref, country, rule: ruleOf(consumed) })
    return store.consume(firm)
  }

  async function chargeSend(
    site: Site,
    route: Route,
    solved: boolean,
    { wary: more, counts }: { wary: Charge[]; counts: (now: number) => Charge[] },
  ): Promise<Receipt> {
    const now = await store.now()
    const isBroken = solved && (await conversion.isBroken(route))
    const overdrawn = (account: Account) => solved && !(account === 'operator' && isBroken)
    const wary = [...numberCharges(route, names), ...more, ...creditCharges(route, names, overdrawn)]
    const firm = [
      ...pauseCharges(site.sitekey, route.country),
      ...budgetCharges(site, route, names, now),
      ...counts(now),
    ]
    const short = await charge(site, route, { wary, firm })
    if ('charges' in short) return short
    const helps = !solved && challenge.isOffered(site) && (await couldHelp(short, route))
    throw unsendable(short, helps)
  }

  /** Whether a challenge, once it is solved, may be worth what is missing. */
  async function couldHelp(short: Short, route: Route): Promise<boolean> {
    const rule = ruleOf(short)
    if (SOFT.includes(rule)) return true
    if (short.left - 1 < -overdraftOf(rule)) return false
    return rule !== 'operator' || !(await conversion.isBroken(route))
  }

  const admission = (receipt: Receipt): Admission => ({ refund: () => store.refund(receipt) })

  return {
    async admitStart(site, request, { origin, address }) {
      if (!matchOrigin(site.origins, origin)) throw new VerificationError('origin_not_allowed')
      if (request.channel && !site.channels.includes(request.channel))
        throw new VerificationError('invalid_request')
      if (site.actions && !site.actions.has(request.action ?? '')) {
        throw new VerificationError('invalid_request')
      }
      const phoneNumber = parsePhoneNumber(request.phoneNumber, site.phoneRules)
      if ('refused' in phoneNumber) throw new VerificationError(phoneNumber.refused)
      const { e164, country } = phoneNumber
      const ticket = await readTicket(site, request, e164, { store, random })
      const route: Route = { sitekey: site.sitekey, country, e164, address, ticketed: ticket !== undefined }
      const solved = await challenge.isSolved(site, request, origin, e164)
      const wary = [
        ...guessCharges(route, names).map((one) => ({ ...one, look: true })),
        ...addressCharges(route, names, 'starts'),
        ...(challenge.isOffered(site) && !solved ? softCharges(route, names) : []),
      ]
      const counts = (now: number) => conversionCounts(route, names, 'started', now)
      const receipt = await chargeSend(site, route, solved, { wary, counts })
      const { refund } = admission(receipt)
      try {
        await ticket?.spend()
      } catch (error) {
        await refund()
        throw error
      }
      return {
        ...{ phoneNumber, route },
        async refund() {
          await refund()
          await ticket?.giveBack()
        },
      }
    },

    async admitResend(site, route) {
      return admission(await chargeSend(site, route, false, { wary: [], counts: () => [] }))
    },

    async admitCheck(site, route, { address }) {
      const wary = addressCharges({ address }, names, 'checks')
      const consumed = await charge(site, route, { wary, firm: [] })
      if ('charges' in consumed) return admission(consumed)
      throw pause(consumed)
    },

    async admitGuess(route) {
      const consumed = await store.consume(guessCharges(route, names))
      if ('charges' in consumed) return admission(consumed)
      throw new VerificationError('attempts_exhausted', { attemptsRemaining: 0, reason: ruleOf(consumed) })
    },

    async proven(route, startedAt) {
      const payday = conversionOf(route, names, await conversion.bonus(route.sitekey))
      const forgotten = guessCharges(route, names).map(({ key }) => key)
      await store.earn({ ...payday, forgotten })
      await store.consume(conversionCounts(route, names, 'proven', startedAt))
    },
  }
}

/** Limits that a solved challenge lifts. */
const SOFT: readonly Rule[] = ['numbers', 'crowd']

/** What a visitor is told for whom no message is sent. @param helps whether solving a challenge may help */
function unsendable(short: Short, helps: boolean): VerificationError {
  const reason = ruleOf(short)
  if (reason === 'number' && short.wait <= TELLABLE_WAIT) return pause(short)
  return new VerificationError(helps ? 'challenge_required' : 'cannot_send', { reason })
}

function pause(short: Short): VerificationError {
  return new VerificationError('rate_limited', {
    retryAfter: Math.ceil(short.wait / 1000),
    reason: ruleOf(short),
  })
}

/** Keys of accounts begin with the rule that they are of. */
function ruleOf({ refused }: Short): Rule {
  return refused.slice(0, refused.indexOf(':')) as Rule
}
