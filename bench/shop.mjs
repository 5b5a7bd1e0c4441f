// The site that the benchmarks have visited, and its visitors.

/** The page that the visitors are on. */
export const ORIGIN = 'https://shop.example'

/** Coprime to how many numbers and addresses there are, so that none comes twice and neighbours are far apart. */
const STRIDE = 7919

/** The n-th visitor: a German mobile number and an address that no other has. */
export function visitorOf(n) {
  const address = (n * STRIDE) % 2 ** 24
  return {
    phoneNumber: `+49151${String((n * STRIDE) % 1e8).padStart(8, '0')}`,
    address: `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`,
  }
}

/**
 * The configuration of a server as a shop has it, guard and metrics included, but with credit for more visitors in a minute
 * than a shop has in a year.
 *
 * @param infobip the account.
 */
export function shopConfig(store, infobip) {
  const accounts = ['range', 'operator', 'country', 'address', 'neighbourhood']
  return {
    ...{ publicUrl: 'https://otp.shop.example', trustProxy: ['1'], store, infobip },
    credits: Object.fromEntries(accounts.map((account) => [account, { initial: 1_000_000 }])),
    unsafe: true,
    sites: [
      {
        ...{ sitekey: 'shop', origins: [ORIGIN], countries: ['DE'], guard: 'enforce' },
        ...{ secrets: [`otps_${'s'.repeat(43)}`], dailyBudget: 10_000_000 },
      },
    ],
  }
}
