import type { Chance } from './chance.js'
import { addressIn, HOME, mobileOf, NEIGHBOURS, NETWORKS } from './places.js'
import { DAY, HOUR, type Visit } from './visit.js'

/** Verifications a day of a site of fifty thousand a month. */
export const A_DAY = 1667

const AT_HOME = 0.85
const RETURNING = 0.35
const CONVERTING = 0.82
const ASKING_AGAIN = 0.15
const BEHIND_CARRIER = 0.25
const AT_WORK = 0.03

/**
 * The visitors whom a mid-size site wants, from midnight of the first day on.
 *
 * Most live in one country; a third of those were there before; a quarter share 120 addresses of mobile carriers, a few
 * sit in six offices. Four in five enter the code. One in seven asks for a second message first.
 */
export function legitVisits(days: number, chance: Chance): Visit[] {
  const known = Array.from({ length: 4 * A_DAY }, () => mobileOf(HOME, chance))
  const visits: Visit[] = []
  let at = 0
  for (;;) {
    at -= Math.log(1 - chance.unit()) / rateAt(at)
    if (at >= days * DAY) return visits
    const country = chance.unit() < AT_HOME ? HOME : chance.pick(NEIGHBOURS)
    const returning = country === HOME && chance.unit() < RETURNING
    const phone = returning ? chance.pick(known) : mobileOf(country, chance)
    const again = chance.unit() < ASKING_AGAIN ? chance.between(35, 70) : undefined
    const proves = chance.unit() < CONVERTING ? chance.between(8, again === undefined ? 75 : 60) : undefined
    visits.push({
      ...{ at, address: address(chance), phone, legit: true },
      ...(again !== undefined && { again }),
      ...(proves !== undefined && { proves }),
    })
  }
}

/** Visits a second: few at night, most at three in the afternoon. */
function rateAt(at: number): number {
  const hour = (at % DAY) / HOUR
  return (A_DAY / DAY) * (0.15 + 1.7 * Math.max(0, Math.sin(((hour - 6) / 18) * Math.PI)))
}

function address(chance: Chance): string {
  const kind = chance.unit()
  if (kind < BEHIND_CARRIER) return addressIn(NETWORKS.carriers + chance.whole(12), 1 + chance.whole(10))
  if (kind < BEHIND_CARRIER + AT_WORK) return addressIn(NETWORKS.offices, 1 + chance.whole(6))
  return addressIn(NETWORKS.homes + chance.whole(400_000), chance.whole(256))
}
