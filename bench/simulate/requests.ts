import type { Chance } from './chance.js'
import { addressIn, NETWORKS, rangeOf } from './places.js'
import type { Visit } from './visit.js'

/** `count` requests, evenly over `seconds`. */
export function spread(
  count: number,
  begin: number,
  seconds: number,
  request: (n: number) => Pick<Visit, 'address' | 'phone' | 'proves'>,
): Visit[] {
  return Array.from({ length: count }, (_, n) => ({
    ...{ at: begin + (n * seconds) / count, legit: false },
    ...request(n),
  }))
}

/** That many ranges of ten thousand numbers, of any of those countries. */
export function rangesIn(countries: readonly string[], count: number, chance: Chance): string[] {
  return Array.from({ length: count }, () => rangeOf(chance.pick(countries), chance))
}

/** The n-th machine of an attacker, each in a network of its own. */
export function machine(n: number, chance: Chance): string {
  return addressIn(NETWORKS.attack + n, chance.whole(256))
}

/** The address of the n-th request of somebody who changes it after each `requests` of them. */
export function machines(requests: number, chance: Chance): (n: number) => string {
  const known = new Map<number, string>()
  return (n) => {
    const which = Math.floor(n / requests)
    const address = known.get(which) ?? machine(which, chance)
    known.set(which, address)
    return address
  }
}

/** The same items in another order. */
export function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  const order = [...items]
  for (let n = order.length - 1; n > 0; n--) {
    const other = chance.whole(n + 1)
    ;[order[n], order[other]] = [order[other]!, order[n]!]
  }
  return order
}
