import ipaddr from 'ipaddr.js'

/** Who is calling, as far as an address tells. */
export interface Network {
  /** One customer of a network: an IPv4 address, or the /64 that an IPv6 one lies in. */
  address: string
  /** The neighbourhood: the /24 or the /48. */
  neighbourhood: string
}

/** Addresses under which IPv4 hosts appear in IPv6 (RFC 6052, 2.1). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/**
 * The one form of an address, however it was written, so that no client has two accounts and no two clients share one: an IPv4
 * address mapped into IPv6 (RFC 4291, 2.5.5.2) or translated (NAT64) is the IPv4 address, a zone is dropped.
 *
 * @returns `undefined` when it is no address; dotted quads must have four decimal parts, and ports and names are not taken.
 */
export function canonicalAddress(text: string): string | undefined {
  const address = parse(text.trim())
  return address?.toString()
}

/** @param address in its one form. @throws Error when it is no address */
export function networkOf(address: string): Network {
  const parsed = ipaddr.parse(address)
  const [own, around] = parsed.kind() === 'ipv4' ? [32, 24] : [64, 48]
  return { address: masked(parsed, own), neighbourhood: masked(parsed, around) }
}

function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  const withoutZone = text.replace(/%[A-Za-z0-9._~-]{1,32}$/, '')
  if (!ipaddr.IPv6.isValid(withoutZone)) return undefined
  const address = ipaddr.IPv6.parse(withoutZone)
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  return address.match(NAT64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address
}

function masked(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = address
    .toByteArray()
    .map((byte, n) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * n))))
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`
}
