import { getDomain } from 'tldts'
import { LOOPBACK_HOSTS } from '../loopback.js'
import { parseUrl } from '../parse-url.js'

/** Pages that may use a site: those of one origin, or those one label below a domain. */
export type OriginPattern = { kind: 'exact'; origin: string } | SubdomainPattern

interface SubdomainPattern {
  kind: 'subdomains'
  /** The domain, without `*.`. */
  base: string
  /** Empty for 443, else with its colon. */
  port: string
}

const ADDRESS = /^https?:\/\/(?:[^\s/?#@\\%*:]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i

// The URL parser accepts characters that no host has, such as the backtick, at which some clients cut a host off.
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])$/

const LABEL = /^[a-z0-9_-]+$/

/**
 * Reads an origin as an operator writes it, and brings it into the form in which browsers send it: lower
 * case, punycode, without a default port.
 *
 * `https://*.shop.example` stands for exactly one label, as in a certificate: it admits `www.shop.example`,
 * but neither `shop.example` nor `a.b.shop.example`. It is refused above a public suffix (`*.co.uk`, and also
 * `*.github.io`), where strangers have their pages. `http` is for loopback hosts, and only with
 * `insecureLoopback`.
 *
 * @returns `mistake`: one English sentence that says what to write instead.
 */
export function parseOriginPattern(
  text: string,
  { insecureLoopback }: { insecureLoopback: boolean },
): OriginPattern | { mistake: string } {
  const wildcard = text.includes('://*.')
  const address = text.replace('://*.', '://')
  const url = ADDRESS.test(address) && parseUrl(address)
  if (!url) {
    return {
      mistake: 'Write a scheme and a host only, as in https://shop.example or https://*.shop.example.',
    }
  }
  const { protocol, origin, hostname, port } = url
  if (!HOST.test(hostname)) {
    return { mistake: 'Write a plain host name, without a dot at its end and without special characters.' }
  }
  if (protocol === 'http:' && !(insecureLoopback && LOOPBACK_HOSTS.has(hostname))) {
    return { mistake: 'Use https. Outside production, http is allowed for localhost, 127.0.0.1 and [::1].' }
  }
  if (!wildcard) return { kind: 'exact', origin }
  if (!registrableDomain(hostname)) {
    return {
      mistake: 'Anyone can have a page below this domain, so name your own, as in https://*.shop.example.',
    }
  }
  return { kind: 'subdomains', base: hostname, port: port && `:${port}` }
}

/**
 * Finds out whether the value of an `Origin` header matches one of the patterns.
 *
 * Only exactly what a browser would write is recognised; `null`, lists and other spellings never are.
 *
 * @returns the origin to name in the answer: the configured one, or for a wildcard one that is newly composed.
 */
export function matchOrigin(
  patterns: readonly OriginPattern[],
  header: string | undefined,
): string | undefined {
  if (header === undefined) return undefined
  for (const pattern of patterns) {
    const origin: string | undefined =
      pattern.kind === 'exact' ? pattern.origin : subdomainOrigin(pattern, header)
    if (origin === header) return origin
  }
  return undefined
}

/**
 * The host that a message to a page names: the page's own where it is listed by itself, and for a wildcard the domain below
 * which it lies. The caller chooses the label below it, which would be a text of up to 63 characters that the site pays for.
 */
export function messageHost(patterns: readonly OriginPattern[], origin: string): string {
  const matching = patterns.filter((pattern) => matchOrigin([pattern], origin))
  const pattern = matching.find(({ kind }) => kind === 'exact') ?? matching[0]
  // A verification outlives a change of the configuration.
  return pattern ? hostOf(pattern) : new URL(origin).hostname
}

/** The host that messages to the pages of a pattern name. */
export function hostOf(pattern: OriginPattern): string {
  return pattern.kind === 'exact' ? new URL(pattern.origin).hostname : pattern.base
}

function subdomainOrigin({ base, port }: SubdomainPattern, header: string): string | undefined {
  const tail = `.${base}${port}`
  const label = header.slice('https://'.length, -tail.length)
  const host = `${label}.${base}`
  // A public suffix may lie below a private domain, as s3.amazonaws.com does below amazonaws.com.
  if (!LABEL.test(label) || !registrableDomain(host)) return undefined
  const origin = `https://${label}${tail}`
  // An invalid punycode label is no host.
  return parseUrl(origin) && origin
}

/** The domain that somebody registered; `null` for a public suffix, whether a registry's or a page host's. */
function registrableDomain(host: string): string | null {
  return getDomain(host, { allowPrivateDomains: true })
}
