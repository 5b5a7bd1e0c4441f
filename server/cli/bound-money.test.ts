import { expect, it } from 'vitest'
import { boundOfFile, SITE } from './test/bound-of.js'

/** What is printed for a site in shadow, with such a budget and price. */
function bound(dailyBudget: number, currency: string, price: number): Promise<string> {
  const sites = [{ ...SITE, channels: ['sms'], dailyBudget, guard: 'shadow' }]
  return boundOfFile({ prices: { currency, default: price }, sites })
}

it.each([
  [1, 'EUR', 0.0449, '0.05 EUR'],
  // In floating point that is 0.30000000000000004.
  [3, 'EUR', 0.1, '0.30 EUR'],
  // And that 0.49000000000000005.
  [7, 'EUR', 0.07, '0.49 EUR'],
  [100_000_000, 'EUR', 0.045, '4500000.00 EUR'],
  [3, 'JPY', 10.1, '31 JPY'],
  [3, 'KWD', 0.0101, '0.031 KWD'],
])('money is never said to be less than it is: %d messages, %s %d', async (budget, currency, price, said) => {
  expect(await bound(budget, currency, price)).toMatch(
    new RegExp(`the worst day costs ${budget} messages? \\(${said.replace('.', '\\.')}\\)\\.`),
  )
})
