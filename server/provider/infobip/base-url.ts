import { LOOPBACK_HOSTS } from '../../loopback.js'
import { parseUrl } from '../../parse-url.js'

const INFOBIP_HOST = /^(?:[a-z0-9-]+\.)?api\.infobip\.com$/

/**
 * Reads the address that the API key will be sent to: `https://<yours>.api.infobip.com` or the shared one.
 *
 * `allowLoopback` also allows a simulator on this machine, by http or https, on any port. A URL that has more than a scheme and
 * a host (a path, a query, a user name) is refused, so that nothing in it can be mistaken for the host.
 *
 * @returns the URL, or the mistake as a sentence for the operator that does not repeat the text.
 */
export function parseBaseUrl(text: string, options: { allowLoopback: boolean }): URL | { mistake: string } {
  const written = text.trim().toLowerCase()
  if (!/^https?:\/\//.test(written)) return { mistake: 'Write the whole URL, starting with https://.' }
  const url = parseUrl(written)
  if (!url) return { mistake: 'This is not a URL.' }
  // The parser repairs much (tabs, backslashes, octal addresses). Only a text that it left unchanged is accepted.
  if (written !== url.origin && written !== `${url.origin}/`) {
    return { mistake: 'Write only https:// and the host name: no path, query, user name or default port.' }
  }
  if (options.allowLoopback && LOOPBACK_HOSTS.has(url.hostname)) return url
  if (url.protocol !== 'https:') return { mistake: 'Use https: the API key must not travel in clear text.' }
  if (url.port || !INFOBIP_HOST.test(url.hostname)) {
    return { mistake: 'Use the base URL that the Infobip portal shows: https://<yours>.api.infobip.com.' }
  }
  return url
}

/**
 * Reads an Infobip API key, forgiving the line break or blanks that a file or a copy leaves around it.
 *
 * Whether Infobip accepts the key has not been checked.
 *
 * @returns the key, or the mistake as a sentence for the operator that does not repeat the key.
 */
export function parseApiKey(text: string): string | { mistake: string } {
  const key = text.trim()
  if (key === '') return { mistake: 'The API key is empty.' }
  // The SDK writes the scheme itself; a second one makes every call fail with 401.
  if (/^app\s/i.test(key)) return { mistake: 'Leave out the word "App": write the API key alone.' }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return { mistake: 'The API key contains spaces, line breaks or characters that are not ASCII.' }
  }
  return key
}
