import ipaddr from 'ipaddr.js'
import type { Context } from 'hono'
import { canonicalAddress } from '../guard/network.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { AppEnv } from './env.js'

/** Which proxies are believed: this number of them in a row before this server, or those in these networks. */
export type TrustedProxies = number | readonly (readonly [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number])[]

const HEADER = 'X-Forwarded-For'

/** The caller's address in its one form; `undefined` where it is not known. */
export type ClientAddress = (c: Context<AppEnv>) => string | undefined

/**
 * Reads networks (`10.0.0.0/8`) or a number of proxies.
 *
 * @returns `undefined` when it is neither.
 */
export function parseTrustedProxies(texts: readonly string[]): TrustedProxies | undefined {
  if (texts.length === 1 && /^[0-9]$/.test(texts[0]!)) return Number(texts[0])
  const networks = texts.map((text) => {
    const [, address = '', bits] = /^(.*?)(?:\/(\d{1,3}))?$/.exec(text)!
    const canonical = canonicalAddress(address)
    if (canonical === undefined) return undefined
    const network = ipaddr.parse(canonical)
    const most = network.kind() === 'ipv4' ? 32 : 128
    // Addresses are compared in their one form, so of an IPv4 network written as IPv6 the last 32 bits count.
    const before = most === 32 && address.includes(':') ? 96 : 0
    const given = Number(bits ?? before + most) - before
    return given > 0 && given <= most ? ([network, given] as const) : undefined
  })
  return networks.every((network) => network !== undefined) ? networks : undefined
}

/**
 * Finds clients' addresses. The client is whoever connects, unless proxies are trusted: each adds the address it was called from
 * to the right of X-Forwarded-For, and everything left of what they added was written by the client. No other header is read.
 *
 * @throws VerificationError `invalid_request` where a trusted proxy names no address: one account for all clients of unknown
 * address could be emptied by any of them.
 */
export function clientAddress(trusted: TrustedProxies): ClientAddress {
  return function addressOf(c) {
    const connected = c.env?.incoming?.socket.remoteAddress
    if (trusted === 0) return connected === undefined ? undefined : canonicalAddress(connected)
    // Hono joins repeated headers in their order.
    const hops = [
      ...(c.req.header(HEADER)?.split(',') ?? []),
      ...(connected === undefined ? [] : [connected]),
    ]
    const found =
      typeof trusted === 'number'
        ? hops.at(-trusted - (connected === undefined ? 0 : 1))
        : nearest(hops, trusted)
    const address = found === undefined ? undefined : canonicalAddress(found)
    if (address === undefined) throw new VerificationError('invalid_request', { reason: 'no_address' })
    return address
  }
}

/** Like `clientAddress`, but `undefined` when the trusted proxy names no address: for calls that need not come through one. */
export function ifTold(addressOf: ClientAddress): ClientAddress {
  return function addressIfTold(c) {
    try {
      return addressOf(c)
    } catch {
      return undefined
    }
  }
}

/** The first from the right that is no trusted proxy. */
function nearest(hops: readonly string[], trusted: Exclude<TrustedProxies, number>): string | undefined {
  return hops.findLast((hop) => {
    const address = canonicalAddress(hop)
    if (address === undefined) return true
    const parsed = ipaddr.parse(address)
    return !trusted.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))
  })
}
