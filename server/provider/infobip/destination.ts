import type { Channel } from '../../../contract/index.js'

/**
 * The digits that Infobip is asked to deliver to: E.164 without `+`.
 *
 * Argentine mobiles carry a 9 after the country code which its networks do not take in text messages (Infobip,
 * international SMS coverage: add neither 9 nor 15). Calls need it.
 *
 * @param phoneNumber E.164 with `+`.
 */
export function destination(phoneNumber: string, channel: Channel): string {
  const digits = phoneNumber.slice(1)
  return channel === 'sms' ? digits.replace(/^549(?=\d{10}$)/, '54') : digits
}
