import type { Chance } from './chance.js'

/** Where most visitors of the simulated site live: nine prefixes of ten million mobile numbers each. */
export const HOME = 'IT'

interface Plan {
  /** E.164 prefixes of mobile numbers that the country's plan has. */
  prefixes: readonly string[]
  /** How many digits follow. */
  digits: number
}

const PLANS: Record<string, Plan> = {
  IT: plan('+39', '320 327 328 329 333 338 339 347 349', 7),
  HR: plan('+385', '91 92 95 98 99', 7),
  SI: plan('+386', '30 31 40 41 43 51 64 68 69 70 71', 6),
  AT: plan('+43', '650 660 663 664 676 677 680 681 688 699', 7),
  DE: plan('+49', '151', 8),
  BA: plan('+387', '61 62 63 65 66 603 644 670 671 672 673 674 675 676 677 678 679', 6),
  RS: plan('+381', '60 61 62 63 64 65 66 67 68 69', 7),
  HU: plan('+36', '20 30 31 50 70', 7),
}

/** Countries that the simulated site sends to. */
export const SERVED: readonly string[] = Object.keys(PLANS)

/** All of them but the one where most live. */
export const NEIGHBOURS: readonly string[] = SERVED.filter((country) => country !== HOME)

/** Numbers that are valid and no mobiles of a country that is served, as a naive script tries them: shared cost, premium, VoIP. */
const DEAR: readonly Plan[] = [
  plan('+39', '899', 6),
  plan('+49', '9001', 6),
  plan('+43', '900', 6),
  plan('+39', '55', 8),
  plan('+36', '90', 6),
]

/** Mobile numbers of countries that are not served. */
const ABROAD: readonly Plan[] = [
  plan('+994', '50 55', 7),
  plan('+62', '812 813', 7),
  plan('+92', '300 301', 7),
]

function plan(callingCode: string, prefixes: string, digits: number): Plan {
  return { prefixes: prefixes.split(' ').map((prefix) => callingCode + prefix), digits }
}

/** A mobile number of a country that is served. */
export function mobileOf(country: string, chance: Chance): string {
  return numberIn(PLANS[country]!, chance)
}

/** Ten thousand mobile numbers of such a country: all that begin so and have four digits more. */
export function rangeOf(country: string, chance: Chance): string {
  return mobileOf(country, chance).slice(0, -4)
}

/** Every range of the home country. */
export function homeRanges(): string[] {
  const { prefixes, digits } = PLANS[HOME]!
  const count = 10 ** (digits - 4)
  return prefixes.flatMap((prefix) => Array.from({ length: count }, (_, n) => prefix + padded(n, digits - 4)))
}

export function numberInRange(range: string, chance: Chance): string {
  return range + padded(chance.whole(10_000), 4)
}

/** A number of one German operator that has fifty million: five thousand ranges. */
export function numberOfOperator(chance: Chance): string {
  const { prefixes, digits } = PLANS['DE']!
  return prefixes[0]! + padded(chance.whole(50_000_000), digits)
}

export function dearNumber(chance: Chance): string {
  return numberIn(chance.pick(DEAR), chance)
}

export function numberAbroad(chance: Chance): string {
  return numberIn(chance.pick(ABROAD), chance)
}

function numberIn({ prefixes, digits }: Plan, chance: Chance): string {
  return chance.pick(prefixes) + padded(chance.whole(10 ** digits), digits)
}

function padded(n: number, digits: number): string {
  return String(n).padStart(digits, '0')
}

/** First of the /24 networks of each kind of visitor, so that no two kinds share one. */
export const NETWORKS = { homes: 0x0b0000, carriers: 0x644000, offices: 0x500000, attack: 0x780000 }

/** An IPv4 address. @param network its first three bytes as one number */
export function addressIn(network: number, host: number): string {
  return [network >>> 16, (network >>> 8) & 255, network & 255, host].join('.')
}
