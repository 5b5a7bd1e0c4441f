import type { ResendRequest, VerificationPending } from '../../contract/index.js'
import { sentSoFar } from '../guard/calls.js'
import { codeLengthOf, endedError, find, routeOf, seconds, whomOf, type Found } from './find.js'
import type { Caller, FlowDeps, VerificationFlow } from './flow.js'
import { pending } from './pending.js'
import { telling } from './telling.js'
import { unsent } from './unsent.js'
import { VerificationError } from './verification-error.js'

/**
 * Sends the same code once more, by text message or call.
 *
 * It raises no attempts and extends no time. The store hands out each resend of the plan once, so two clicks at the
 * same moment buy one message.
 */
export function resendCall(deps: FlowDeps): VerificationFlow['resend'] {
  const { guard, provider, store, digests, observe } = deps

  return async function resend(request, caller): Promise<VerificationPending> {
    const found = await find(request.verificationId, caller, deps)
    return telling(
      () => whomOf(found, digests),
      () => resent(found, request, caller),
    )
  }

  async function resent(found: Found, request: ResendRequest, caller: Caller): Promise<VerificationPending> {
    const { verification, site } = found
    const { id, origin } = verification
    const channel = request.channel ?? verification.channel
    if (verification.state !== 'sent') {
      throw endedError(verification.state === 'sending' ? 'not_found' : verification.state)
    }
    if (verification.resendsRemaining === 0) throw new VerificationError('resends_exhausted')
    const route = routeOf(found)
    const { action } = verification
    const asked = { challenge: request.challenge, action, channel, sent: sentSoFar(site, verification) }
    const admission = await guard.admitResend(site, route, asked, caller)
    const reserved = await store.reserveResend(id)
    if ('refused' in reserved) {
      await admission.refund()
      if (reserved.refused === 'too_soon') {
        throw new VerificationError('resend_too_soon', { retryAfter: seconds(reserved.wait) })
      }
      if (reserved.refused === 'none_left') throw new VerificationError('resends_exhausted')
      throw endedError(reserved.refused)
    }
    const outcome = await provider.resend(reserved.reference, channel, new URL(origin).hostname)
    if (outcome.outcome === 'gone') await store.discard(id)
    else if (outcome.outcome !== 'sent' && outcome.outcome !== 'unknown') await store.returnResend(id)
    if (outcome.outcome !== 'sent') throw await unsent(outcome, admission)
    const { sitekey, country, e164 } = route
    observe({ event: 'sent', sitekey, ref: digests.ref(e164), country, channel, resend: true })
    await store.recordSend(id, outcome.reference, channel)
    const after = await store.get(id)
    if (!after) throw new VerificationError('verification_not_found')
    return pending(request.verificationId, { verification: after, site }, codeLengthOf(found))
  }
}
