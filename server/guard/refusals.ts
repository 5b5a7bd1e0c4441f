import type { Rule } from '../refusal/reasons.js'
import { REFUSED, type Policy } from '../site/policy.js'
import type { Charge, Tally } from '../store/store.js'
import { HOUR } from '../time.js'
import { ruleIn, type Names } from './names.js'
import type { Route } from './route.js'

/**
 * Rules whose refusal may reveal something about a number: that it was just sent a message, or that it is not a known one, since
 * those are spared.
 */
const TELLING: readonly Rule[] = [
  ...(['number', 'numbers', 'crowd', 'range', 'address', 'neighbourhood', 'operator', 'country'] as const),
  ...(['budget-open', 'spend-open', 'budget-unsolved', 'spend-unsolved'] as const),
]

/** A tally that never has room, charged by calls that are already refused. */
const REFUSED_ALREADY: Tally = { kind: 'tally', key: 'refused:already', amount: 1, limit: 0, window: HOUR }

/** The keys of those charges whose refusal tells the caller of the number. */
export function tellingOf(charges: readonly Charge[]): string[] {
  return charges.map(({ key }) => key).filter((key) => TELLING.includes(ruleIn(key)))
}

/**
 * Charges an address and its neighbourhood for a refusal that reveals something about the number; otherwise trying one number
 * after another would reveal which are known here.
 *
 * @param insteadOf keys of the charges whose refusal reveals something.
 * @param amount of such starts. If there is room for one, there is room for all of them.
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

/** The same charges for a start that was refused by something other than a charge: a tally that never has room stands for it. */
export function refusedAlready(
  route: Pick<Route, 'address'>,
  names: Names,
  policy: Policy,
  waivers: readonly string[],
  amount?: number,
): Charge[] {
  return [...refusalCharges(route, names, policy, waivers, [REFUSED_ALREADY.key], amount), REFUSED_ALREADY]
}
