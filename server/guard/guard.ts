import type { StartRequest } from '../../contract/index.js'
import type { Observe } from '../observe/events.js'
import type { RandomBytes } from '../random.js'
import type { Site } from '../site.js'
import type { Charge, Receipt, Short, Store } from '../store/store.js'
import type { Digests } from '../verification/digests.js'
import { parsePhoneNumber, type PhoneNumber } from '../verification/phone-number.js'
import { VerificationError } from '../verification/verification-error.js'
import { addressCharges } from './address-limits.js'
import { budgetCharges } from './budget.js'
import type { Challenge } from './challenge.js'
import { conversionOf, creditCharges, overdraftOf } from './credits.js'
import { namesUnder } from './names.js'
import { guessCharges, numberCharges } from './number-limits.js'
import { matchOrigin } from './origin.js'
import { CONVERSION, TELLABLE_WAIT } from './policy.js'
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
  requestId: string
}

/**
 * Decides whether a paid send may happen. Nothing is sent without its leave.
 *
 * The rules run in the order in which they stand below, cheapest and most certain first; the first that refuses ends it.
 * What costs the visitor something is taken last, and all of it in one step, so that a refusal costs nothing.
 *
 * Whatever is about fraud is refused as `cannot_send`, whichever rule it was: whoever is told which one tripped learns
 * how to go around it. The operator is told (the event `denied`).
 */
export interface Guard {
  /** @throws VerificationError with the refusal's code */
  admitStart(site: Site, request: StartRequest, asker: Asker): Promise<StartAdmission>
  /** @throws VerificationError with the refusal's code */
  admitResend(site: Site, route: Route, requestId: string): Promise<Admission>
  /** @throws VerificationError with the refusal's code */
  admitCheck(route: Route, asker: Asker): Promise<Admission>
  /** Credits a proven number to where it came from, and forgets the wrong codes given for it. */
  proven(route: Route): Promise<void>
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

  async function charge(site: Site, route: Route, solved: boolean, more: Charge[], requestId: string) {
    const budget = budgetCharges(site, route, names, await store.now())
    const wary = [...numberCharges(route, names), ...more, ...creditCharges(route, names, solved)]
    const consumed = await store.consume([...wary, ...budget])
    if ('charges' in consumed) return consumed
    const enforced = !site.shadow || budget.some(({ key }) => key === consumed.refused)
    deny(route, consumed, enforced, requestId)
    if (enforced) throw refusal(consumed, !solved && challenge.isOffered(site))
    const bare = await store.consume(budget)
    if ('charges' in bare) return bare
    deny(route, bare, true, requestId)
    throw refusal(bare, false)
  }

  function deny({ sitekey, e164, country }: Route, { refused }: Short, enforced: boolean, requestId: string) {
    const ref = digests.ref(digests.digest('number', e164))
    const rule = refused.slice(0, refused.indexOf(':'))
    observe({ event: 'denied', sitekey, ref, country, rule, enforced, requestId })
  }

  const admission = (receipt: Receipt): Admission => ({ refund: () => store.refund(receipt) })

  return {
    async admitStart(site, request, { origin, address, requestId }) {
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
      const more = [
        ...guessCharges(route, names).map((one) => ({ ...one, look: true })),
        ...addressCharges(route, names, 'starts'),
      ]
      const receipt = await charge(site, route, solved, more, requestId)
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

    async admitResend(site, route, requestId) {
      return admission(await charge(site, route, false, [], requestId))
    },

    async admitCheck(route, { address, requestId }) {
      const charges = [...addressCharges({ address }, names, 'checks'), ...guessCharges(route, names)]
      const consumed = await store.consume(charges)
      if ('charges' in consumed) return admission(consumed)
      deny(route, consumed, true, requestId)
      if (consumed.refused.startsWith('checks:')) throw pause(consumed)
      throw new VerificationError('attempts_exhausted')
    },

    async proven(route) {
      const bonus = 1 / (0.9 * CONVERSION.assumed) - 1
      const payday = conversionOf(route, names, bonus)
      const forgotten = guessCharges(route, names).map(({ key }) => key)
      await store.earn({ ...payday, forgotten })
    },
  }
}

/** What the visitor is told when there is no room. @param challenged whether solving a challenge could help */
function refusal(short: Short, challenged: boolean): VerificationError {
  if (short.refused.startsWith('number:') && short.wait <= TELLABLE_WAIT) return pause(short)
  const helps = challenged && short.left - 1 >= -overdraftOf(short.refused)
  return new VerificationError(helps ? 'challenge_required' : 'cannot_send')
}

function pause({ wait }: Short): VerificationError {
  return new VerificationError('rate_limited', { retryAfter: Math.ceil(wait / 1000) })
}
