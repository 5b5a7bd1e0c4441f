import { LOOPBACK_HOSTS } from '../loopback.js'
import { parseUrl } from '../parse-url.js'
import type { Site } from '../site/site.js'
import { parseStoreAddress } from '../store/address.js'
import type { ConfigValues } from './schema.js'
import { DEFAULT_DAILY_BUDGET } from './site-schema.js'

/** What works but should not be left so. */
export function warningsOf(data: ConfigValues, sites: readonly Site[], production: boolean): string[] {
  const { pepper, infobip, store } = data
  const notes = data.sites
    .filter(({ dailyBudget }) => infobip && dailyBudget === undefined)
    .map(
      ({ sitekey }) =>
        `OTP_DAILY_BUDGET: ${sitekey} may send ${DEFAULT_DAILY_BUDGET} messages a day; set your own.`,
    )
  if (data.unsafe)
    notes.push('unsafe: limits and credits are taken as they are, however much they let through.')
  const calling = sites.filter(({ channels, voiceAfter }) => channels.includes('voice') && voiceAfter === 0)
  if (infobip) {
    notes.push(
      ...sites
        .filter(({ shadow }) => shadow)
        .map(
          ({ sitekey }) =>
            `OTP_GUARD: shadow: limits and credit refuse nobody at ${sitekey}; the budget alone bounds the bill.`,
        ),
      ...calling.map(
        ({ sitekey }) =>
          `voiceAfter: visitors of ${sitekey} may start with a call; whoever owns expensive numbers earns from calls to them (IRSF).`,
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
      `OTP_SIGNING_KEYS: the sandbox signs with these as ${data.publicUrl}, and whoever sees its phone can prove any number; keep them from it where a server that sends has them too.`,
    )
  }
  if (infobip && !pepper) notes.push('OTP_PEPPER: none is set; it is made and kept in the data folder.')
  // Production's address is https, and the server itself speaks no TLS.
  if (production && !data.trustProxy) {
    notes.push(
      'OTP_TRUST_PROXY: no proxy is believed, so the server takes calls of its own machine only, all as one visitor’s; say how many proxies stand before it, such as 1.',
    )
  }
  return notes
}

/** Whether it may be the address of a server in production. */
function isPublic(publicUrl = ''): boolean {
  const { protocol, hostname = '' } = parseUrl(publicUrl) ?? {}
  return protocol === 'https:' && !LOOPBACK_HOSTS.has(hostname)
}
