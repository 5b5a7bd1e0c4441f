import type { StartRequest } from '../../contract/index.js'
import { matchOrigin } from './origin.js'
import type { RandomBytes } from '../random.js'
import type { Site } from '../site.js'
import type { Store } from '../store/store.js'
import { parsePhoneNumber, type PhoneNumber } from '../verification/phone-number.js'
import { VerificationError } from '../verification/verification-error.js'
import { budgetCharge } from './budget.js'
import { readTicket } from './ticket.js'

/** Leave for one paid send. */
export interface Admission {
  /** Gives back what the send was charged, when for certain nothing was sent. */
  refund(): Promise<void>
}

/** Leave for the first send of a verification. */
export interface StartAdmission extends Admission {
  phoneNumber: PhoneNumber
}

/**
 * Decides whether a paid send may happen. Nothing is sent without its leave.
 *
 * The rules run in the order in which they stand below, cheapest and most certain first; the first that refuses
 * ends it, and what costs the visitor something (a ticket, the budget) is taken last.
 */
export interface Guard {
  /** @throws VerificationError with the refusal's code */
  admitStart(site: Site, request: StartRequest, origin: string): Promise<StartAdmission>
  /** @throws VerificationError with the refusal's code */
  admitResend(site: Site): Promise<Admission>
}

/** The guard over one store. */
export function createGuard(store: Store, random: RandomBytes): Guard {
  async function chargeBudget(site: Site): Promise<Admission> {
    const consumed = await store.consume([budgetCharge(site, await store.now())])
    if ('refused' in consumed) throw new VerificationError('cannot_send', { reason: 'daily_budget' })
    return { refund: () => store.refund(consumed) }
  }

  return {
    async admitStart(site, request, origin) {
      if (!matchOrigin(site.origins, origin)) throw new VerificationError('origin_not_allowed')
      if (request.channel && !site.channels.includes(request.channel))
        throw new VerificationError('invalid_request')
      if (site.actions && !site.actions.has(request.action ?? '')) {
        throw new VerificationError('invalid_request')
      }
      const phoneNumber = parsePhoneNumber(request.phoneNumber, site.phoneRules)
      if ('refused' in phoneNumber) throw new VerificationError(phoneNumber.refused)
      const ticket = await readTicket(site, request, phoneNumber.e164, { store, random })
      const admission = await chargeBudget(site)
      try {
        await ticket?.spend()
      } catch (error) {
        await admission.refund()
        throw error
      }
      return {
        phoneNumber,
        async refund() {
          await admission.refund()
          await ticket?.giveBack()
        },
      }
    },

    async admitResend(site) {
      return chargeBudget(site)
    },
  }
}
