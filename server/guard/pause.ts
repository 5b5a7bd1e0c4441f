import { countriesOf, type Sites } from '../site/site.js'
import type { Store, Tally } from '../store/store.js'
import { DAY } from '../time.js'

/** What may be paused: everything, or the sends of a site, of a country, or of a country at a site. */
export interface Paused {
  sitekey?: string | undefined
  /** ISO 3166-1 alpha-2. */
  country?: string | undefined
}

/** Longest pause, in milliseconds. */
export const LONGEST_PAUSE = 90 * DAY

/** The accounts that are full while a send to the country at the site is paused. They are only looked at. */
export function pauseCharges(sitekey: string, country: string): Tally[] {
  return [{}, { sitekey }, { country }, { sitekey, country }].map((paused) =>
    accountOf(paused, LONGEST_PAUSE, true),
  )
}

/**
 * Stops sends on every server of the store, from the next one on. Codes are still checked.
 *
 * @param milliseconds until they go on by themselves, at most LONGEST_PAUSE.
 * @throws StoreError
 */
export async function pause(store: Store, paused: Paused, milliseconds: number): Promise<void> {
  // In one step: a pause that cannot be changed stays as it was.
  await store.consume([{ ...accountOf(paused, milliseconds), anew: true }], 'operator')
}

/** Resumes the sends that exactly this pause has stopped. @throws StoreError */
export async function resume(store: Store, paused: Paused): Promise<void> {
  await store.apply({ earnings: [], marks: [], forgotten: [accountOf(paused, 0).key] }, 'operator')
}

/** What the sites serve that is paused at present. @throws StoreError */
export async function pausesOf(store: Store, sites: Sites): Promise<Paused[]> {
  const served = [...sites.values()].map(({ sitekey, phoneRules }) => ({
    sitekey,
    countries: [...phoneRules.countries],
  }))
  const all: Paused[] = [
    {},
    ...served.map(({ sitekey }) => ({ sitekey })),
    ...[...countriesOf(sites)].map((country) => ({ country })),
    ...served.flatMap(({ sitekey, countries }) => countries.map((country) => ({ sitekey, country }))),
  ]
  return pausedAmong(store, all)
}

/** Which of these are paused at present. @throws StoreError */
export async function pausedAmong<T extends Paused>(store: Store, all: readonly T[]): Promise<T[]> {
  const held = await store.sums(all.map((paused) => accountOf(paused, 0).key))
  return all.filter((_, n) => held[n]! > 0)
}

function accountOf({ sitekey = '*', country = '*' }: Paused, window: number, look = false): Tally {
  return { kind: 'tally', key: `pause:${sitekey}:${country}`, amount: 1, limit: 1, window, look }
}
