import type { Rule } from '../refusal/reasons.js'
import { HOUR, REFUSED, type Policy } from '../site/policy.js'
import type { Charge, Tally } from '../store/store.js'
import { ruleIn, type Names } from './names.js'
import type { Route } from './route.js'

/** Rules whose refusal may tell of a number: that it was sent a message just now, or that it is none of the known, which are spared. */
const TELLING: readonly Rule[] = [
  ...(['number', 'numbers', 'crowd', 'range', 'address', 'neighbourhood', 'operator', 'country'] as const),
  ...(['budget-open', 'spend-open', 'budget-unsolved', 'spend-unsolved'] as const),
]

/** Never has room: a call that asks for it has been refused already. */
const REFUSED_ALREADY: Tally = { kind: 'tally', key: 'refused:already', amount: 1, limit: 0, window: HOUR }

/** The keys of those charges whose refusal tells the caller of the number. */
export function tellingOf(charges: readonly Charge[]): string[] {
  return charges.map(({ key }) => key).filter((key) => TELLING.includes(ruleIn(key)))
}

/**
 * What a start takes, of its address and of those around it, that is refused and tells of its number by that: whoever asks for
 * one number after the other would else learn which are known here.
 *
 * @param insteadOf keys of the charges whose refusal tells.
 * @param amount of such starts. There is room for them while there is for one.
 */
export function refusalCharges(
  { address }: Pick<Route, 'address'>,
  names: Names,
  { limits }: Policy,
  waivers: readonly string[],
  insteadOf: readonly string[],
  amount = 1,
): Tally[] {
  if (address === undefined) return []
  const network = names.network(address)
  const most = REFUSED.forEach * limits.addressStarts.find(({ window }) => window === HOUR)!.limit
  const of = (keys: readonly string[], limit: number) =>
    keys.map((key): Tally => {
      const room = limit + amount - 1
      return { kind: 'tally', key, amount, limit: room, window: HOUR, waivers, insteadOf }
    })
  return [
    ...of(names.of('refused caller', network.address).refusals, most),
    ...of(names.of('refused neighbourhood', network.neighbourhood).refusals, REFUSED.around * most),
  ]
}

/** The same for starts that something else than a charge has refused. There is never room for all of it. */
export function refusedAlready(
  route: Pick<Route, 'address'>,
  names: Names,
  policy: Policy,
  waivers: readonly string[],
  amount?: number,
): Charge[] {
  return [...refusalCharges(route, names, policy, waivers, [REFUSED_ALREADY.key], amount), REFUSED_ALREADY]
}
