import { expect, it } from 'vitest'
import { testSite } from '../test/harness.js'
import { boundOf } from './bound.js'

const price = () => 0.1

it('a budget beyond all counting is not mistaken for the ceiling in money', () => {
  const endless = testSite({ shadow: true, dailyBudget: Number.MAX_SAFE_INTEGER })
  const ceiling = boundOf({ ...endless, dailySpend: { limit: 20, price } }, price)
  expect(ceiling).toMatchObject({ messages: 200, cost: 20, later: 140, laterCost: 14 })
  expect(boundOf(endless, price).messages).toBe(Number.MAX_SAFE_INTEGER)
})
