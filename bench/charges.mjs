// What the benchmarks of stores have in common: where a start comes from, and what it takes.
import { Buffer } from 'node:buffer'
import { creditCharges } from '../dist/server/guard/credits.js'
import { namesUnder } from '../dist/server/guard/names.js'
import { numberCharges } from '../dist/server/guard/number-limits.js'
import { POLICY } from '../dist/server/site/policy.js'
import { digestsUnder } from '../dist/server/pepper/digests.js'

export const digests = digestsUnder(Buffer.alloc(32, 7))
export const names = namesUnder(digests)

/** Where the n-th comes from and goes to. */
export function routeOf(n) {
  const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
  return {
    sitekey: 'shop',
    country: 'US',
    e164: `+1202${String(n).padStart(7, '0')}`,
    address,
    ticketed: false,
  }
}

/** The limits of the n-th number and its five credits, as the guard charges them, with room for as many as a benchmark makes. */
export function sixCharges(n) {
  const route = routeOf(n)
  const credits = creditCharges(route, names, POLICY, () => false, [])
  return [...numberCharges(route, names, POLICY, []), ...credits.map((one) => ({ ...one, overdraft: 1e9 }))]
}
