import { textsOf, type Policy } from '../site/policy.js'
import type { Site } from '../site/site.js'
import type { SiteValues } from './site-schema.js'

/** Text messages before a call when nobody said how many. */
const TEXTS_BEFORE = 3

/** Seconds before each resend when nobody said how many; with calls after texts, the last is for the call. */
const COOLDOWNS = { texts: [30, 60], calls: [30, 60, 120] }

/** Where and when a site calls, and its resends. @param mistake takes what is wrong with a setting, and how to mend it */
export function callSettings(
  values: SiteValues,
  policy: Policy,
  mistake: (setting: keyof SiteValues, text: string) => void,
): Pick<Site, 'voiceCountries' | 'voiceAfter' | 'resendCooldowns'> {
  const { channels, countries, codeLifetime } = values
  const voiceCountries = new Set(values.voiceCountries)
  const voiceAfter =
    channels.includes('voice') && channels.includes('sms') ? (values.voiceAfter ?? TEXTS_BEFORE) : 0
  const resendCooldowns = values.resendCooldowns ?? (voiceAfter > 0 ? COOLDOWNS.calls : COOLDOWNS.texts)
  const settings = { voiceCountries, voiceAfter, resendCooldowns }
  if (!channels.includes('voice')) return settings

  const strangers = [...voiceCountries].filter((country) => !countries.includes(country))
  if (values.voiceCountries === undefined) {
    mistake('voiceCountries', 'calls need their own list of the countries that may be called, such as HR,DE.')
  } else if (strangers.length > 0) {
    mistake('voiceCountries', `not among the countries of the site: ${strangers.join(', ')}.`)
  } else if (
    channels[0] === 'voice' &&
    voiceAfter === 0 &&
    !countries.every((country) => voiceCountries.has(country))
  ) {
    mistake(
      'voiceCountries',
      'visitors start with a call, so all countries of the site belong here; or put sms first.',
    )
  }
  if (!channels.includes('sms') && values.voiceAfter) {
    mistake(
      'voiceAfter',
      'without sms no text message comes before a call; leave it out, or add sms to the channels.',
    )
  }
  if (channels[0] === 'voice' && voiceAfter > 0) {
    mistake(
      'channels',
      'a call comes after text messages, so write sms first; or set the site’s voiceAfter to 0 in the configuration file.',
    )
  }
  if (voiceAfter > textsOf(policy)) {
    mistake(
      'voiceAfter',
      `a number gets ${textsOf(policy)} text messages in ten minutes; lower it, or raise limits.numberPerTenMinutes.`,
    )
  }
  const wait = resendCooldowns.slice(0, voiceAfter).reduce((sum, one) => sum + one, 0)
  if (resendCooldowns.length < voiceAfter) {
    mistake(
      'resendCooldowns',
      `a call after ${voiceAfter} text messages is resend number ${voiceAfter}; add more, or lower voiceAfter.`,
    )
  } else if (wait >= codeLifetime) {
    mistake(
      'resendCooldowns',
      `no call could come before ${wait} seconds, and a code lives ${codeLifetime}; shorten them, or lower voiceAfter.`,
    )
  }
  return settings
}
