import type { Channel } from '../../contract/index.js'
import { VerificationError } from '../refusal/verification-error.js'
import { textsOf } from '../site/policy.js'
import type { Site } from '../site/site.js'
import type { Verification } from '../store/store.js'

/**
 * Refuses a channel that the next message of a verification may not take. Owners of expensive numbers earn from calls to them
 * (IRSF), so a site says which countries it calls, and after how many text messages. Surplus texts are refused by the number's
 * own limits.
 *
 * @param sent messages of the verification so far. As long as no call may be made, all of them are texts.
 * @throws VerificationError `country_not_allowed` where the site calls nobody; `invalid_request` for a channel that was not
 * offered
 */
export function checkChannel(site: Site, channel: Channel, country: string, sent: number): void {
  const notOffered = () => new VerificationError('invalid_request', { member: 'channel' })
  if (!site.channels.includes(channel)) throw notOffered()
  if (channel !== 'voice') return
  if (!site.voiceCountries.has(country)) throw new VerificationError('country_not_allowed')
  if (sent < site.voiceAfter) throw notOffered()
}

/** Whether the message is a call after the number has used up its texts; its limits then allow one more message. */
export function isAfterTexts(site: Site, channel: Channel): boolean {
  return channel === 'voice' && site.voiceAfter >= textsOf(site.policy)
}

/** Whether a message is a text after which a call to that country may come. */
export function isBeforeCall(
  { voiceAfter, voiceCountries }: Site,
  channel: Channel,
  country: string,
): boolean {
  return channel === 'sms' && voiceAfter > 0 && voiceCountries.has(country)
}

/**
 * Seconds to wait before each resend to a country. Where calls come after texts, the plan ends with the last message that the
 * limits allow: a text, or the call after all texts.
 */
export function cooldownsTo(site: Site, country: string): readonly number[] {
  const { resendCooldowns, voiceAfter, voiceCountries, policy } = site
  const isOneMore = isAfterTexts(site, 'voice') && voiceCountries.has(country)
  return voiceAfter > 0 && !isOneMore ? resendCooldowns.slice(0, textsOf(policy) - 1) : resendCooldowns
}

/** Messages of a verification so far. */
export function sentSoFar({ resendsUsed }: Verification): number {
  return 1 + resendsUsed
}

/** The channels that the next resend of a verification may take, in the site's order. */
export function resendChannels(site: Site, verification: Verification): Channel[] {
  const { country, resendsRemaining } = verification
  if (resendsRemaining === 0) return []
  const sent = sentSoFar(verification)
  const calls = site.voiceCountries.has(country) && sent >= site.voiceAfter
  const texts = site.voiceAfter === 0 || sent < textsOf(site.policy)
  return site.channels.filter((channel) => (channel === 'voice' ? calls : texts))
}
