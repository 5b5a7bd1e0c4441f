import type { Channel, StartRequest } from '../../contract/index.js'
import type { Observe } from '../observe/events.js'
import type { Digests } from '../pepper/digests.js'
import { parsePhoneNumber, type PhoneNumber } from '../phone-number/phone-number.js'
import type { RandomBytes } from '../random.js'
import { VerificationError } from '../refusal/verification-error.js'
import { matchOrigin } from '../site/origin.js'
import type { Site } from '../site/site.js'
import { onceBack, onceOrLater, undo, type Sleep } from '../store/insist.js'
import type { Receipt, Store } from '../store/store.js'
import { untouched, UntouchedError } from '../store/untouched.js'
import { checkAction } from './action.js'
import { addressCharges, softCharges, withoutAddress } from './address-limits.js'
import { checkChannel, isBeforeCall } from './calls.js'
import type { Challenge } from './challenge.js'
import { chargingOver, ruleOf } from './charging.js'
import { conversionCounts, conversionOver, countsIn } from './conversion.js'
import { provenChanges, withoutRange } from './credits.js'
import { guessingCharge, guessingOver, wrongCounts } from './guessing.js'
import { namesUnder } from './names.js'
import { guessCharges } from './number-limits.js'
import { overruling } from './overrides.js'
import { refusedAlready } from './refusals.js'
import type { Route } from './route.js'
import { readTicket } from './ticket.js'
import type { Voucher } from './voucher.js'
import type { Watch } from './watch.js'

/** Permission for one paid send, or for one check. */
export interface Admission {
  /**
   * Gives back what was charged, when for certain nothing was sent, or nobody looked at the code.
   *
   * @param but what stays (see `Kept`).
   */
  refund(but?: Kept): Promise<void>
  /** Takes a start whose code nobody can enter out of those that are counted, and gives back nothing of what it was charged. */
  uncount(): Promise<void>
}

/**
 * Which charges stay when a message was not sent. `asked`: the address's charge for asking, since made-up numbers cost us a
 * request each. `counted` (it counts as a message of its verification): also its range's credit, if a call may follow.
 */
export type Kept = 'asked' | 'counted'

/** Permission for the first send of a verification. */
export interface StartAdmission extends Admission {
  phoneNumber: PhoneNumber
  channel: Channel
  /** The route to be given with the verification's later sends, its checks and its success. */
  route: Route
  /** Digits of its code, where they differ from the site's usual number. */
  codeLength: number | undefined
}

/** Who asks. */
export interface Asker {
  /** The Origin header. */
  origin: string
  /** The client's address in its one form, if it is known. */
  address?: string | undefined
  /** The proof that the page of a start holds a key, still to be used up. */
  proof?: Voucher | undefined
}

/** An answer to the challenge, and the action that it has to have been set for. */
interface Answered {
  challenge?: string | undefined
  action?: string | undefined
}

/** A resend that is asked for. */
interface Resending extends Answered {
  channel: Channel
  /** Messages of its verification so far. */
  sent: number
}

/**
 * Decides whether a paid send may happen. Nothing is sent without its permission.
 *
 * The rules run in the order in which they stand below, cheapest and most certain first; the first that refuses ends it. What
 * costs the visitor something is taken last, and all in one step, so that a refusal costs nothing except its place among the
 * refused starts of an address.
 *
 * All refusals about fraud are answered as `cannot_send`, whichever rule it was: an attacker who knew which one would learn how
 * to get around it. The operator sees it: the rule is the reason in the refusal's event.
 */
export interface Guard {
  /** @throws VerificationError with the refusal's code */
  admitStart(site: Site, request: StartRequest, asker: Asker): Promise<StartAdmission>
  /** @throws VerificationError with the refusal's code */
  admitResend(site: Site, route: Route, request: Resending, asker: Asker): Promise<Admission>
  /** Permission to check a code at all. @throws VerificationError with the refusal's code */
  admitCheck(site: Site, route: Route, asker: Asker): Promise<Admission>
  /** Permission for one guess of a code, asked for when an attempt is spent. @throws VerificationError with the refusal's code */
  admitGuess(site: Site, route: Route): Promise<Admission>
  /**
   * Credits a proven number to where it came from, and forgets the wrong codes given for it.
   *
   * @param startedAt when its verification was started, in milliseconds since 1970.
   */
  proven(site: Site, route: Route, startedAt: number): Promise<void>
  /** Counts a wrong code. Enough of them make the site ask more of starts. */
  disproven(site: Site, route: Route): Promise<void>
}

/** What a guard is made of. */
export interface GuardDeps {
  store: Store
  digests: Digests
  challenge: Challenge
  watch: Watch
  observe: Observe
  random: RandomBytes
  sleep: Sleep
}

/** The guard over one store. */
export function createGuard(deps: GuardDeps): Guard {
  const { store, digests, challenge, watch, observe, random, sleep } = deps
  const names = namesUnder(digests)
  const conversion = conversionOver(store, names)
  const guessing = guessingOver(store)

  const charging = chargingOver({ store, names, digests, conversion, challenge, watch, observe, sleep })
  const admission = (receipt: Receipt, beforeCall = false): Admission => ({
    refund(but) {
      const paidBack = but === 'counted' && beforeCall ? withoutRange(receipt) : receipt
      return store.refund(but ? withoutAddress(paidBack) : paidBack)
    },
    uncount: () => store.refund(countsIn(receipt)),
  })

  async function solutionOf(
    site: Site,
    { challenge: answer, action }: Answered,
    e164: string,
    { origin, address }: Asker,
    underWay?: Route,
  ): Promise<Voucher | undefined> {
    if (answer === undefined) return undefined
    return challenge.read(site, answer, { origin, address, action, e164, underWay })
  }

  /**
   * Counts a start that was admitted but whose voucher another call had already spent: that refusal, too, reveals something
   * about the number.
   */
  async function lost({ policy, shadow }: Site, route: Route, error: unknown): Promise<never> {
    if (!shadow && error instanceof VerificationError) {
      const { allowances } = overruling(route, names)
      await store.consume(refusedAlready(route, names, policy, allowances)).catch(() => {})
    }
    throw error
  }

  /** Spends the vouchers handed in with a charged send, and returns its admission. */
  async function spending(admitted: Admission, ...handedIn: (Voucher | undefined)[]): Promise<Admission> {
    const vouchers = handedIn.filter((one) => one !== undefined)
    async function makeGood(): Promise<void> {
      for (const one of vouchers) await one.giveBack()
    }
    async function refund(but?: Kept): Promise<void> {
      // The vouchers are given back even if the refund fails.
      await admitted.refund(but).finally(makeGood)
    }
    async function spendAll(): Promise<void> {
      for (const one of vouchers) await one.spend()
    }
    try {
      await untouched(spendAll, () => {
        // The store may have taken a voucher without confirming it, or be about to.
        void undo(makeGood, sleep)
        return onceBack(store, refund, sleep)
      })
    } catch (error) {
      if (!(error instanceof UntouchedError)) await onceOrLater(store, refund, sleep)
      throw error
    }
    return { ...admitted, refund }
  }

  return {
    async admitStart(site, request, asker) {
      const { origin, address } = asker
      if (!matchOrigin(site.origins, origin)) throw new VerificationError('origin_not_allowed')
      checkAction(site, request.action)
      const phoneNumber = parsePhoneNumber(request.phoneNumber, site.phoneRules)
      if ('refused' in phoneNumber) throw new VerificationError(phoneNumber.refused)
      const { e164, country } = phoneNumber
      const channel = request.channel ?? site.channels[0]!
      checkChannel(site, channel, country, 0)
      const ticket = await readTicket(site, request, e164, address, { store, random })
      const route: Route = { sitekey: site.sitekey, country, e164, address, ticketed: ticket !== undefined }
      const solution = await solutionOf(site, request, e164, asker)
      const solved = solution !== undefined
      await charging.refuseFlood(site, route, solved)
      const guessed = await guessing.isOn(site.sitekey)
      const isSoft = !solved && challenge.kind(site) !== 'none'
      const first = (allowances: readonly string[]) =>
        isSoft && guessed ? [guessingCharge(site.sitekey, allowances)] : []
      const limits = (allowances: readonly string[]) =>
        isSoft ? softCharges(route, names, site.policy, allowances) : []
      const count = (now: number) => conversionCounts(route, names, 'started', now)
      const more = { first, limits, count }
      const { receipt, waived } = await charging.send(site, route, { solved, channel }, more)
      const admitted = await spending(admission(receipt), ticket, solution, asker.proof).catch(
        (error: unknown) => lost(site, route, error),
      )
      const codeLength = guessed ? site.longCodeLength : undefined
      return {
        refund: admitted.refund,
        uncount: admitted.uncount,
        phoneNumber,
        channel,
        route: { waived, ...route },
        codeLength,
      }
    },

    async admitResend(site, route, request, asker) {
      const { channel, sent } = request
      // The site may have served the country when the verification was started.
      if (!site.phoneRules.countries.has(route.country)) throw new VerificationError('country_not_allowed')
      checkChannel(site, channel, route.country, sent)
      const solution = await solutionOf(site, request, route.e164, asker, route)
      const terms = { solved: solution !== undefined, channel }
      const { receipt } = await charging.send(site, route, terms)
      return spending(admission(receipt, isBeforeCall(site, channel, route.country)), solution)
    },

    async admitCheck(site, route, { address }) {
      const asked = { ...route, address }
      const limits = (allowances: readonly string[]) =>
        addressCharges(asked, names, 'checks', site.policy, allowances)
      return admission(await charging.call(site, asked, limits))
    },

    async admitGuess(site, route) {
      const consumed = await store.consume(guessCharges(route, names, site.policy), 'under way')
      if ('charges' in consumed) return admission(consumed)
      throw new VerificationError('attempts_exhausted', { attemptsRemaining: 0, reason: ruleOf(consumed) })
    },

    async proven(site, route, startedAt) {
      // A number that was sent to without credit pays none back.
      const { allowances } = overruling(route, names)
      const bonus = await conversion.bonus(route.sitekey)
      const forgotten = guessCharges(route, names, site.policy).map(({ key }) => key)
      await Promise.all([
        store.apply({ ...provenChanges(route, names, site, bonus, allowances), forgotten }),
        store.consume(conversionCounts(route, names, 'proven', startedAt), 'under way'),
      ])
    },

    async disproven(site, route) {
      await store.consume(wrongCounts(route.sitekey, await store.recent()), 'under way')
      if (await guessing.isOn(route.sitekey)) watch.guessed(site)
    },
  }
}
