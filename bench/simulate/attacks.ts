import type { Chance } from './chance.js'
import {
  dearNumber,
  HOME,
  homeRanges,
  mobileOf,
  numberAbroad,
  numberInRange,
  numberOfOperator,
  SERVED,
} from './places.js'
import { machine, machines, rangesIn, shuffled, spread } from './requests.js'
import { DAY, HOUR, type Visit } from './visit.js'

/** An attack that was seen, or one by somebody who has read how the guard works. */
interface Attack {
  name: string
  /** Days for which it goes on. */
  days: number
  /** Its requests, from `begin` on, in seconds. */
  visits(begin: number, chance: Chance): Visit[]
}

/** Numbers whom the bomber bombs. */
export const VICTIMS = 50

/** By their letters. */
export const ATTACKS: Record<string, Attack> = {
  A: {
    name: 'burst',
    days: 1,
    visits(begin, chance) {
      const ranges = rangesIn(SERVED, 200, chance)
      const proxies = Array.from({ length: 500 }, (_, n) => machine(n, chance))
      return spread(240_000, begin, 4 * HOUR, () => ({
        address: chance.pick(proxies),
        phone: numberInRange(chance.pick(ranges), chance),
      }))
    },
  },
  B: {
    name: 'botnet',
    days: 1,
    visits(begin, chance) {
      const ranges = rangesIn(SERVED, 1000, chance)
      const address = machines(2, chance)
      return spread(200_000, begin, DAY, (n) => ({
        address: address(n),
        phone: chance.unit() < 0.6 ? numberAbroad(chance) : numberInRange(chance.pick(ranges), chance),
      }))
    },
  },
  C: {
    name: 'slow',
    days: 5,
    visits(begin, chance) {
      const ranges = rangesIn(SERVED, 200, chance)
      const address = machines(5, chance)
      const visits: Visit[] = []
      for (const worker of [0, 1]) {
        for (let at = begin, n = 0; at < begin + 5 * DAY; n++) {
          at += chance.between(60, 120)
          const phone = numberInRange(chance.pick(ranges), chance)
          visits.push({ at, address: address(n + worker * 50_000), phone, legit: false })
        }
      }
      return visits
    },
  },
  D: {
    name: 'farm',
    days: 1,
    visits(begin, chance) {
      const ranges = rangesIn(['RS'], 30, chance)
      const address = machines(3, chance)
      return spread(7200, begin, DAY, (n) => ({
        address: address(n),
        phone: numberInRange(chance.pick(ranges), chance),
        ...(chance.unit() < 0.5 && { proves: chance.between(10, 60) }),
      }))
    },
  },
  E: {
    name: 'bomber',
    days: 1,
    visits(begin, chance) {
      const victims = Array.from({ length: VICTIMS }, () => mobileOf(HOME, chance))
      const address = machines(3, chance)
      return spread(20_000, begin, HOUR, (n) => ({ address: address(n), phone: chance.pick(victims) }))
    },
  },
  F: {
    name: 'naive',
    days: 1,
    visits(begin, chance) {
      const address = machine(0, chance)
      return spread(50_000, begin, 10_000, () => ({
        address,
        phone: chance.unit() < 0.75 ? dearNumber(chance) : mobileOf(chance.pick(SERVED), chance),
      }))
    },
  },
  G: {
    name: 'operator',
    days: 1,
    visits(begin, chance) {
      const address = machines(1, chance)
      return spread(50_000, begin, DAY, (n) => ({ address: address(n), phone: numberOfOperator(chance) }))
    },
  },
  H: {
    name: 'numbers proven once',
    days: 8,
    visits(begin, chance) {
      const ranges = rangesIn(['RS'], 30, chance)
      const numbers = Array.from({ length: 10 }, () => ranges.map((range) => numberInRange(range, chance)))
      const each = numbers.flat()
      const address = machines(1, chance)
      const request = (n: number) => ({ address: address(n), phone: each[n % each.length]! })
      return [
        ...spread(each.length, begin, DAY, (n) => ({ ...request(n), proves: chance.between(10, 60) })),
        ...spread(5 * 7 * each.length, begin + DAY, 7 * DAY, (n) => request(n + each.length)),
      ]
    },
  },
  I: {
    name: 'range-DoS',
    days: 1,
    visits(begin, chance) {
      const ranges = shuffled([1, 2, 3, 4].flatMap(homeRanges), chance)
      const address = machines(1, chance)
      return spread(ranges.length, begin, 6 * HOUR, (n) => ({
        address: address(n),
        phone: numberInRange(ranges[n]!, chance),
      }))
    },
  },
}
