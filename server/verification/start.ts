import type { StartRequest, VerificationPending } from '../../contract/index.js'
import { cooldownsTo } from '../guard/calls.js'
import { sealTrail } from '../guard/route.js'
import type { Whom } from '../observe/events.js'
import type { Site } from '../site.js'
import type { Store } from '../store/store.js'
import { handleDigest, newHandle, type Digests } from './digests.js'
import type { Caller, FlowDeps, VerificationFlow } from './flow.js'
import { pending } from './pending.js'
import { parsePhoneNumber } from './phone-number.js'
import { telling } from './telling.js'
import { unsent } from './unsent.js'
import { VerificationError } from './verification-error.js'

/** Milliseconds after which a message whose sender has crashed no longer blocks the next. */
const SEND_PATIENCE = 20_000

/**
 * Sends a first code.
 *
 * The verification is in the store before the message is paid for, so that a store that is down or full costs nothing.
 * Once the message is sent it takes the place of an older one for the same number, site and action.
 */
export function startCall(deps: FlowDeps): VerificationFlow['start'] {
  const { sites, guard, provider, store, digests, observe, random } = deps

  return async function start(request, caller): Promise<VerificationPending> {
    const site = sites.get(request.sitekey)
    if (!site) throw new VerificationError('unknown_site')
    return telling(
      (known) => ({
        sitekey: site.sitekey,
        ...(known.ref === undefined && numberIn(request.phoneNumber, site, digests)),
      }),
      () => started(site, request, caller),
    )
  }

  async function started(site: Site, request: StartRequest, caller: Caller): Promise<VerificationPending> {
    const { origin, keyThumbprint } = caller
    const admission = await guard.admitStart(site, request, caller)
    const { phoneNumber, channel, route, codeLength } = admission
    const { e164, country } = phoneNumber
    const { action, cdata, nonce, language, supersedes } = request
    const phoneDigest = digests.digest('number', e164)
    const slotUnder = (one: Digests) => one.digest('slot', site.sitekey, action ?? '', e164)
    const slot = slotUnder(digests)
    const handle = newHandle(slot, random)
    const id = handleDigest(handle)
    const added = await store.add(
      {
        ...{ id, slot, phoneDigest, sitekey: site.sitekey, origin, country },
        ...{ language, action, cdata, nonce, keyThumbprint },
        trail: sealTrail({ ...route, codeLength }, digests.key('trail', handle)),
      },
      {
        channel,
        lifetime: site.codeLifetime * 1000,
        attempts: site.attempts,
        cooldowns: cooldownsTo(site, country).map((cooldown) => cooldown * 1000),
        supersedes: await superseded(supersedes, keyThumbprint, store),
      },
      SEND_PATIENCE,
    )
    if (added === 'busy' || added === 'full') {
      await admission.refund()
      if (added === 'busy') {
        throw new VerificationError('rate_limited', { retryAfter: 1, reason: 'send_in_progress' })
      }
      throw new VerificationError('service_unavailable', { retryAfter: 60, reason: 'store_full' })
    }
    const about = { sitekey: site.sitekey, ref: digests.ref(e164), country, channel }
    observe({ event: 'started', ...about })
    const outcome = await provider.send({
      phoneNumber: e164,
      channel,
      language,
      long: codeLength !== undefined,
      host: new URL(origin).hostname,
    })
    if (outcome.outcome !== 'sent') {
      await store.discard(id)
      throw await unsent(outcome, admission)
    }
    observe({ event: 'sent', ...about, resend: false })
    // It took so long that its time is over: a message was paid for whose code can no longer be checked.
    const otherSlot = digests.other && slotUnder(digests.other)
    if (!(await store.recordSend(id, outcome.reference, channel, otherSlot))) {
      throw new VerificationError('verification_not_found', { done: true })
    }
    return pending(handle, { verification: added, site }, codeLength ?? site.codeLength)
  }
}

/** What logs may tell of the number of a start, if it is one that the site takes. */
function numberIn(text: string, site: Site, digests: Digests): Pick<Whom, 'ref' | 'country'> {
  const number = parsePhoneNumber(text, site.phoneRules)
  return 'refused' in number ? {} : { ref: digests.ref(number.e164), country: number.country }
}

/** Id of the verification that a start replaces: of none that another page's key holds, as if there were no such one. */
async function superseded(
  handle: string | undefined,
  keyThumbprint: string | undefined,
  store: Store,
): Promise<string | undefined> {
  if (handle === undefined) return undefined
  const id = handleDigest(handle)
  const holder = (await store.get(id))?.keyThumbprint
  return holder === undefined || holder === keyThumbprint ? id : undefined
}
