import { WRONG_IN_A_ROW, type Policy, type Spans } from '../site/policy.js'
import type { Charge } from '../store/store.js'
import type { Names } from './names.js'
import type { Route } from './route.js'

/**
 * The accounts and marks of one number that are erased with it. Not among them: those of its override (`keysOfScope`), and the
 * marks of addresses that have asked for it, which end within an hour.
 */
export function keysOfNumber(e164: string, sitekeys: readonly string[], names: Names): string[] {
  const perSite = sitekeys.flatMap((sitekey) =>
    Object.values(names.of('number at a site', sitekey, e164)).flat(),
  )
  return [...names.of('number', e164).number, ...perSite]
}

/** What a message takes from the limits of its number, which all sites share. */
export function numberCharges(
  route: Route,
  names: Names,
  { limits }: Policy,
  waivers: readonly string[],
): Charge[] {
  return within(limits.numberSends, route, names, waivers)
}

/** What a call takes from the limits of its number where it had to come after text messages. */
export function callCharges(
  route: Route,
  names: Names,
  { limits }: Policy,
  waivers: readonly string[],
): Charge[] {
  return within(limits.callsAfterTexts, route, names, waivers)
}

function within(spans: Spans, { e164 }: Route, names: Names, waivers: readonly string[]): Charge[] {
  const { number } = names.of('number', e164)
  return number.map((key) => ({ kind: 'spacing', key, spans, waivers }))
}

/**
 * What a check takes from the limits of its number at its site, before the code is looked at: neither a resend nor another
 * verification nor another address allows more guesses (NIST SP 800-63B, 3.2.2).
 *
 * @param look only look, and take nothing
 */
export function guessCharges(
  { sitekey, e164 }: Route,
  names: Names,
  { limits }: Policy,
  look = false,
): Charge[] {
  const { guess, streak } = names.of('number at a site', sitekey, e164)
  return [
    ...guess.map((key): Charge => ({ kind: 'spacing', key, spans: limits.wrongCodes, look })),
    ...streak.map((key): Charge => ({
      kind: 'tally',
      key,
      amount: 1,
      ...WRONG_IN_A_ROW,
      renews: true,
      look,
    })),
  ]
}
