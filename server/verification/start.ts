import type { StartRequest, VerificationPending } from '../../contract/index.js'
import { cooldownsTo } from '../guard/calls.js'
import type { StartAdmission } from '../guard/guard.js'
import { sealTrail } from '../guard/trail.js'
import { handleDigest, newHandle, type Digests } from '../pepper/digests.js'
import { numberInLogs } from '../phone-number/number-in-logs.js'
import { parsePhoneNumber } from '../phone-number/phone-number.js'
import { VerificationError } from '../refusal/verification-error.js'
import { messageHost } from '../site/origin.js'
import type { Site } from '../site/site.js'
import { insist, onceBack, onceOrLater } from '../store/insist.js'
import type { Store, Verification } from '../store/store.js'
import { untouched } from '../store/untouched.js'
import { startedAt } from './find.js'
import type { Caller, FlowDeps, VerificationFlow } from './flow.js'
import { needKey } from './need-key.js'
import { SEND_PATIENCE } from './patience.js'
import { pending, type Quoted } from './pending.js'
import { telling } from './telling.js'
import { unsent } from './unsent.js'

/** What a start has when its message is sent. */
interface Added {
  verification: Verification
  handle: string
  /** The slot under another pepper. */
  otherSlot: string | undefined
  admission: StartAdmission
}

/**
 * Sends a first code.
 *
 * The verification is in the store before the message is paid for, so that a store that is down or full costs nothing.
 * Once the message is sent it takes the place of an older one for the same number, site and action.
 */
export function startCall(deps: FlowDeps): VerificationFlow['start'] {
  const { sites, guard, provider, store, digests, observe, random, sleep } = deps

  return async function start(request, caller): Promise<Quoted<VerificationPending>> {
    const site = sites.get(request.sitekey)
    if (!site) throw new VerificationError('unknown_site')
    // Parsed now, while the parser remembers it for the guard: once others have been parsed, it would have to be parsed again.
    const number = parsePhoneNumber(request.phoneNumber, site.phoneRules)
    const loggable = () => ('refused' in number ? {} : numberInLogs(number, digests))
    return telling(
      () => ({ sitekey: site.sitekey, ...loggable() }),
      async () => started(site, await untouched(() => added(site, request, caller)), request, caller),
    )
  }

  /** Adds the verification, and takes all that its message costs. */
  async function added(site: Site, request: StartRequest, caller: Caller): Promise<Added> {
    needKey(deps)
    const { origin, keyThumbprint } = caller
    const admission = await guard.admitStart(site, request, caller)
    const { phoneNumber, channel, route, codeLength = site.codeLength } = admission
    const { e164, country } = phoneNumber
    const { action, cdata, nonce, language, supersedes } = request
    const phoneDigest = digests.digest('number', e164)
    const slotUnder = (one: Digests) => one.digest('slot', site.sitekey, action ?? '', e164)
    const slot = slotUnder(digests)
    const handle = newHandle(slot, random)
    const id = handleDigest(handle)
    const adding = async () =>
      store.add(
        {
          id,
          slot,
          phoneDigest,
          sitekey: site.sitekey,
          origin,
          country,
          language,
          action,
          cdata,
          nonce,
          keyThumbprint,
          trail: sealTrail({ codeLength, type: phoneNumber.type, ...route }, digests.key('trail', handle)),
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
    const added = await untouched(adding, () => onceBack(store, admission.refund, sleep))
    if (added === 'busy' || added === 'full') {
      await onceOrLater(store, admission.refund, sleep)
      if (added === 'busy') {
        throw new VerificationError('rate_limited', { retryAfter: 1, reason: 'send_in_progress' })
      }
      throw new VerificationError('service_unavailable', { retryAfter: 60, reason: 'store_full' })
    }
    const otherSlot = digests.other && slotUnder(digests.other)
    return { verification: added, handle, otherSlot, admission }
  }

  async function started(
    site: Site,
    { verification, handle, otherSlot, admission }: Added,
    { language }: StartRequest,
    { origin }: Caller,
  ): Promise<Quoted<VerificationPending>> {
    const { phoneNumber, channel, codeLength } = admission
    const { id } = verification
    const about = { sitekey: site.sitekey, ...numberInLogs(phoneNumber, digests), channel }
    observe({ event: 'started', ...about })
    const outcome = await provider.send({
      phoneNumber: phoneNumber.e164,
      channel,
      language,
      long: codeLength !== undefined,
      host: messageHost(site.origins, origin),
    })
    if (outcome.outcome !== 'sent') {
      await insist(() => store.discard(id), sleep)
      throw await unsent(outcome, admission)
    }
    observe({ event: 'sent', ...about, resend: false })
    const addedAt = startedAt(verification, site)
    const recorded = await insist(async (again) => {
      // By then a newer message may have been sent to the number, whose code is the one that counts.
      if (again && (await store.now()) >= addedAt + SEND_PATIENCE) return false
      return store.recordSend(id, outcome.reference, channel, otherSlot)
    }, sleep)
    // It took so long that the verification has ended: a message was paid for whose code can no longer be checked.
    if (!recorded) throw new VerificationError('verification_not_found', { done: true })
    return pending(handle, { verification, site }, codeLength ?? site.codeLength)
  }
}

/** Id of the verification that a start replaces; `undefined`, as if there were none, if another page's key holds it. */
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
