import type { VerificationPending } from '../../contract/index.js'
import type { StartAdmission } from '../guard/guard.js'
import type { SendOutcome } from '../provider/provider.js'
import { handleDigest, newHandle } from './digests.js'
import type { FlowDeps, VerificationFlow } from './flow.js'
import { pending } from './pending.js'
import { VerificationError } from './verification-error.js'

/** Seconds to wait before asking again when the provider could not be reached. */
export const PROVIDER_RETRY = 5

/**
 * Sends a first code.
 *
 * The verification is in the store before the message is paid for: a store that is down or full costs nothing, and
 * of several starts for one number, site and action only the newest lives.
 */
export function startCall(deps: FlowDeps): VerificationFlow['start'] {
  const { sites, guard, provider, store, digests, observe, random } = deps

  return async function start(request, { origin }): Promise<VerificationPending> {
    const site = sites.get(request.sitekey)
    if (!site) throw new VerificationError('unknown_site')
    const admission = await guard.admitStart(site, request, origin)
    const { e164, country } = admission.phoneNumber
    const { action, cdata, nonce, language, supersedes } = request
    const channel = request.channel ?? site.channels[0]!
    const handle = newHandle(random)
    const id = handleDigest(handle)
    const phoneDigest = digests.digest('number', e164)
    const slot = digests.digest('slot', site.sitekey, action ?? '', e164)
    const added = await store.add(
      { id, slot, phoneDigest, sitekey: site.sitekey, origin, country, language, action, cdata, nonce },
      {
        channel,
        lifetime: site.codeLifetime * 1000,
        attempts: site.attempts,
        cooldowns: site.resendCooldowns.map((cooldown) => cooldown * 1000),
        supersedes: supersedes === undefined ? undefined : handleDigest(supersedes),
      },
    )
    if (added === 'full') {
      await admission.refund()
      throw new VerificationError('service_unavailable', { retryAfter: 60 })
    }
    const outcome = await provider.send({ phoneNumber: e164, channel, language })
    if (outcome.outcome !== 'sent') {
      await store.discard(id)
      throw await unsent(outcome, admission)
    }
    observe({
      event: 'sent',
      sitekey: site.sitekey,
      ref: digests.ref(phoneDigest),
      country,
      channel,
      resend: false,
    })
    // A start for the same number that overtook this one has taken its place.
    if (!(await store.recordSend(id, outcome.reference, channel))) {
      throw new VerificationError('verification_not_found')
    }
    return pending(handle, added, site)
  }
}

/** The refusal for a message that was not sent. The charge is given back when that is certain. */
export async function unsent(
  outcome: Exclude<SendOutcome, { outcome: 'sent' }>,
  admission: Pick<StartAdmission, 'refund'>,
): Promise<VerificationError> {
  if (outcome.outcome === 'unknown') return new VerificationError('provider_unavailable')
  await admission.refund()
  if (outcome.outcome === 'undelivered') return new VerificationError('delivery_failed')
  if (outcome.outcome === 'throttled') {
    return new VerificationError('rate_limited', { retryAfter: outcome.retryAfter })
  }
  if (outcome.outcome === 'gone') return new VerificationError('verification_expired')
  return new VerificationError('provider_unavailable', { retryAfter: PROVIDER_RETRY })
}
