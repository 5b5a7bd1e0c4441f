import type { Rule } from '../refusal/reasons.js'
import { POLICY, type Policy } from '../site/policy.js'
import type { Charge, Receipt, Spacing } from '../store/store.js'
import { DAY, HOUR } from '../time.js'
import { ruleIn, type Names } from './names.js'
import type { Route } from './route.js'

const LIMIT_OF = {
  starts: 'addressStarts',
  checks: 'addressChecks',
  challenges: 'addressChallenges',
  answers: 'addressChallenges',
  secrets: 'addressSecrets',
} as const

/** Rules that count how often an address asks. Its credit is not among them, as that counts what is paid for. */
const ASKING: readonly Rule[] = ['starts', 'numbers', 'crowd']

function keysOf(address: string, names: Names, what: keyof typeof LIMIT_OF): readonly string[] {
  if (what === 'starts') return names.of('address', address).starts
  return what === 'secrets' ? names.of('redeemer', address).secrets : names.of('caller', address)[what]
}

/**
 * What one call takes from the limits of its caller's address; nothing where that is not known.
 *
 * @param policy the site's; a call that belongs to no site yet has the usual one.
 * @param waivers marks; while one of them stands, the limit does not apply.
 */
export function addressCharges(
  { address }: Pick<Route, 'address'>,
  names: Names,
  what: keyof typeof LIMIT_OF,
  policy: Policy = POLICY,
  waivers: readonly string[] = [],
): Spacing[] {
  if (address === undefined) return []
  const spans = policy.limits[LIMIT_OF[what]]
  const keys = keysOf(names.network(address).address, names, what)
  return keys.map((key) => ({ kind: 'spacing', key, spans, waivers }))
}

/**
 * What a start takes from limits beyond which a challenge has to be solved: how many different numbers an address has asked for,
 * and how often its neighbourhood asked. Visitors whom the host vouches for are not counted. Known numbers are: otherwise a
 * caller that has reached the limit would learn whether a further number is known.
 */
export function softCharges(
  { address, e164, ticketed }: Route,
  names: Names,
  policy: Policy,
  waivers: readonly string[],
): Charge[] {
  if (address === undefined || ticketed) return []
  const network = names.network(address)
  const once = { key: names.of('number of an address', network.address, e164).met[0]!, keep: HOUR }
  const spans = policy.limits.addressNumbers
  const limit = policy.neighbourhoodStarts
  return [
    ...names
      .of('address', network.address)
      .numbers.map((key): Charge => ({ kind: 'spacing', key, spans, waivers, once })),
    ...names
      .of('neighbourhood', network.neighbourhood)
      .crowd.map((key): Charge => ({ kind: 'tally', key, amount: 1, limit, window: DAY, waivers })),
  ]
}

/** A receipt without what an address was charged for asking. */
export function withoutAddress({ charges, at }: Receipt): Receipt {
  return { charges: charges.filter(({ key }) => !ASKING.includes(ruleIn(key))), at }
}
