import { LOOPBACK_HOSTS } from '../loopback.js'
import { parseUrl } from '../parse-url.js'
import type { Site } from '../site/site.js'
import { parseStoreAddress } from '../store/address.js'
import type { ConfigValues } from './schema.js'
import { DEFAULT_DAILY_BUDGET } from './site-schema.js'

/** What works but should not stay so. */
export function warningsOf(data: ConfigValues, sites: readonly Site[], production: boolean): string[] {
  const { pepper, infobip, store } = data
  const notes = data.sites
    .filter(({ dailyBudget }) => infobip && dailyBudget === undefined)
    .map(
      ({ sitekey }) =>
        `OTP_DAILY_BUDGET: ${sitekey} may send ${DEFAULT_DAILY_BUDGET} messages a day; set your own.`,
    )
  if (data.unsafe)
    notes.push('unsafe: limits and credits are used as they are, however much they let through.')
  const calling = sites.filter(({ channels, voiceAfter }) => channels.includes('voice') && voiceAfter === 0)
  if (infobip) {
    notes.push(
      ...sites
        .filter(({ shadow }) => shadow)
        .map(
          ({ sitekey }) =>
            `OTP_GUARD: shadow: limits and credit refuse nobody at ${sitekey}; only the budget limits the bill.`,
        ),
      ...calling.map(
        ({ sitekey }) =>
          `voiceAfter: visitors of ${sitekey} may start with a phone call; owners of expensive numbers earn from calls to them (IRSF).`,
      ),
    )
  }
  if (infobip && store === 'memory:') {
    notes.push('OTP_STORE: memory: forgets everything at a restart and serves one process only.')
  }
  const address = parseStoreAddress(store)
  if ('weaknesses' in address) notes.push(...address.weaknesses.map((weakness) => `OTP_STORE: ${weakness}`))
  if (!infobip && data.signingKeys && isPublic(data.publicUrl)) {
    notes.push(
      `OTP_SIGNING_KEYS: the sandbox signs with these as ${data.publicUrl}, and anyone who sees its phone inbox can prove any number; do not use the keys of a server that sends.`,
    )
  }
  if (infobip && !pepper) notes.push('OTP_PEPPER: not set; one is generated in the data folder.')
  // Production's address is https, and the server itself speaks no TLS.
  if (production && !data.trustProxy) {
    notes.push(
      'OTP_TRUST_PROXY: no proxy is trusted, so the server accepts requests from its own machine only, and treats all of them as one visitor’s; set how many proxies are in front of it, such as 1.',
    )
  }
  return notes
}

/** Whether the address may be that of a server in production. */
function isPublic(publicUrl = ''): boolean {
  const { protocol, hostname = '' } = parseUrl(publicUrl) ?? {}
  return protocol === 'https:' && !LOOPBACK_HOSTS.has(hostname)
}
