import type { Channel, ResendRequest, VerificationPending } from '../../contract/index.js'
import { sentSoFar } from '../guard/calls.js'
import type { Admission } from '../guard/guard.js'
import type { Route } from '../guard/route.js'
import { numberInLogs } from '../phone-number/number-in-logs.js'
import { VerificationError } from '../refusal/verification-error.js'
import { messageHost } from '../site/origin.js'
import { insist, onceBack, onceOrLater, undo } from '../store/insist.js'
import { untouched } from '../store/untouched.js'
import { codeLengthOf, endedError, find, routeOf, seconds, whomOf, type Found } from './find.js'
import type { Caller, FlowDeps, VerificationFlow } from './flow.js'
import { needKey } from './need-key.js'
import { pending, type Quoted } from './pending.js'
import { resendQuota } from './resend-quota.js'
import { resendingOf, type Resending } from './resending.js'
import { telling } from './telling.js'
import { unsent } from './unsent.js'

/** What a resend has when its message is sent. */
interface Reserved {
  reference: string
  channel: Channel
  route: Route
  admission: Admission
  /** To be ended. */
  resending: Resending
}

/**
 * Sends the same code once more, by text message or call.
 *
 * It raises no attempts and extends no time. The store hands out each resend of the plan once, so two clicks at the
 * same moment buy one message.
 */
export function resendCall(deps: FlowDeps): VerificationFlow['resend'] {
  const { guard, provider, store, digests, observe, random, sleep } = deps

  return async function resend(request, caller): Promise<Quoted<VerificationPending>> {
    const found = await find(request.verificationId, caller, deps)
    return telling(
      () => whomOf(found, digests),
      async () => {
        const taken = await untouched(() => reserved(found, request, caller))
        // If this fails, it expires by itself.
        return resent(found, request, taken).finally(() => taken.resending.end().catch(() => {}))
      },
    )
  }

  /** Takes a resend of the plan, and all that its message costs. */
  async function reserved(found: Found, request: ResendRequest, caller: Caller): Promise<Reserved> {
    const { verification, site } = found
    const channel = request.channel ?? verification.channel
    if (verification.state !== 'sent') {
      throw endedError(verification.state === 'sending' ? 'not_found' : verification.state)
    }
    const quota = { ...resendQuota(site, verification), remaining: verification.resendsRemaining }
    const exhausted = () => new VerificationError('resends_exhausted', { quota: { ...quota, remaining: 0 } })
    if (quota.remaining === 0) throw exhausted()
    needKey(deps)
    const route = routeOf(found)
    const { action } = verification
    const asked = { challenge: request.challenge, action, channel, sent: sentSoFar(verification) }
    const admission = await guard.admitResend(site, route, asked, caller)
    const resending = resendingOf(verification.id, { store, random })
    const reserve = async () => {
      if (!(await resending.begin())) return { refused: 'too_soon', wait: 1000 } as const
      return store.reserveResend(verification.id)
    }
    const taken = await untouched(reserve, () => {
      void undo(resending.end, sleep)
      return onceBack(store, admission.refund, sleep)
    })
    if ('refused' in taken) {
      await onceOrLater(store, () => resending.end().finally(admission.refund), sleep)
      if (taken.refused === 'too_soon') {
        throw new VerificationError('resend_too_soon', { retryAfter: seconds(taken.wait), quota })
      }
      if (taken.refused === 'none_left') throw exhausted()
      throw endedError(taken.refused)
    }
    return { reference: taken.reference, channel, route, admission, resending }
  }

  async function resent(
    found: Found,
    request: ResendRequest,
    { reference, channel, route, admission }: Reserved,
  ): Promise<Quoted<VerificationPending>> {
    const { verification, site } = found
    const { id, origin } = verification
    const outcome = await provider.resend(reference, channel, messageHost(site.origins, origin))
    if (outcome.outcome === 'gone') await insist(() => store.discard(id), sleep)
    // Giving it back twice would be one message too many, so it is only tried once.
    else if (outcome.outcome === 'throttled' || (outcome.outcome === 'unavailable' && !outcome.asked))
      await store.returnResend(id).catch(() => {})
    if (outcome.outcome !== 'sent') throw await unsent(outcome, admission)
    const number = numberInLogs(route, digests)
    observe({ event: 'sent', sitekey: route.sitekey, ...number, channel, resend: true })
    await insist(() => store.recordSend(id, outcome.reference, channel), sleep)
    const after = await insist(() => store.get(id), sleep)
    if (!after) throw new VerificationError('verification_not_found')
    return pending(request.verificationId, { verification: after, site }, codeLengthOf(found))
  }
}
