import type { StartRequest } from '../../contract/index.js'
import type { Observe, Rule } from '../observe/events.js'
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
import { pauseCharges } from './pause.js'
import { BONUS, TELLABLE_WAIT } from './policy.js'
import type { Route } from './route.js'
import { readTicket } from './ticket.js'
import { spendAll, type Voucher } from './voucher.js'

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

/** An answer to the challenge, and the action that it has to have been set for. */
export interface Answered {
  challenge?: string | undefined
  action?: string | undefined
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
  admitResend(site: Site, route: Route, request: Answered, asker: Asker): Promise<Admission>
  /** Leave to check a code at all. @throws VerificationError with the refusal's code */
  admitCheck(site: Site, route: Route, asker: Asker): Promise<Admission>
  /** Leave for one guess of a code, asked for when an attempt is spent. @throws VerificationError with the refusal's code */
  admitGuess(route: Route): Promise<Admission>
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

  /** Makes all charges; in shadow, where there is no room for the wary ones, the firm ones alone. */
  async function charge(
    site: Site,
    route: Route,
    { wary, firm }: { wary: Charge[]; firm: Charge[] },
    refusal: (short: Short) => VerificationError,
  ): Promise<Receipt> {
    const consumed = await store.consume([...wary, ...firm])
    if ('charges' in consumed) return consumed
    if (!site.shadow || firm.some(({ key }) => key === consumed.refused)) throw refusal(consumed)
    const { sitekey, country, e164 } = route
    const ref = digests.ref(digests.digest('number', e164))
    observe({ event: 'shadowed', sitekey, ref, country, rule: ruleOf(consumed) })
    const alone = await store.consume(firm)
    if ('charges' in alone) return alone
    throw refusal(alone)
  }

  async function chargeSend(site: Site, route: Route, solved: boolean, more: Charge[]): Promise<Receipt> {
    const wary = [...numberCharges(route, names), ...more, ...creditCharges(route, names, solved)]
    const firm = [
      ...pauseCharges(site.sitekey, route.country),
      ...budgetCharges(site, route, names, await store.now()),
    ]
    const challenged = !solved && challenge.kind(site) !== 'none'
    return charge(site, route, { wary, firm }, (short) => unsendable(short, challenged))
  }

  const admission = (receipt: Receipt): Admission => ({ refund: () => store.refund(receipt) })

  async function solutionOf(
    site: Site,
    { challenge: answer, action }: Answered,
    e164: string,
    asker: Asker,
  ): Promise<Voucher | undefined> {
    return answer === undefined ? undefined : challenge.read(site, answer, { ...asker, action, e164 })
  }

  /** Leave for a send that is charged for, once what was handed in for it is spent. */
  async function spending(receipt: Receipt, ...handedIn: (Voucher | undefined)[]): Promise<Admission> {
    const { refund } = admission(receipt)
    try {
      const giveBack = await spendAll(handedIn)
      return {
        async refund() {
          await refund()
          await giveBack()
        },
      }
    } catch (error) {
      await refund()
      throw error
    }
  }

  return {
    async admitStart(site, request, asker) {
      const { origin, address } = asker
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
      const solution = await solutionOf(site, request, e164, asker)
      const more = [
        ...guessCharges(route, names).map((one) => ({ ...one, look: true })),
        ...addressCharges(route, names, 'starts'),
      ]
      const receipt = await chargeSend(site, route, solution !== undefined, more)
      return { ...(await spending(receipt, ticket, solution)), phoneNumber, route }
    },

    async admitResend(site, route, request, asker) {
      const solution = await solutionOf(site, request, route.e164, asker)
      return spending(await chargeSend(site, route, solution !== undefined, []), solution)
    },

    async admitCheck(site, route, { address }) {
      const wary = addressCharges({ address }, names, 'checks')
      return admission(await charge(site, route, { wary, firm: [] }, pause))
    },

    async admitGuess(route) {
      const consumed = await store.consume(guessCharges(route, names))
      if ('charges' in consumed) return admission(consumed)
      throw new VerificationError('attempts_exhausted', { attemptsRemaining: 0, reason: ruleOf(consumed) })
    },

    async proven(route) {
      const payday = conversionOf(route, names, BONUS)
      const forgotten = guessCharges(route, names).map(({ key }) => key)
      await store.earn({ ...payday, forgotten })
    },
  }
}

/** What a visitor is told for whom no message is sent. @param challenged whether solving a challenge could help */
function unsendable(short: Short, challenged: boolean): VerificationError {
  const reason = ruleOf(short)
  if (reason === 'number' && short.wait <= TELLABLE_WAIT) return pause(short)
  const helps = challenged && short.left - 1 >= -overdraftOf(short.refused)
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
