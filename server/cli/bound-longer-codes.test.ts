import { expect, it } from 'vitest'
import { boundOfFile, SITE } from './test/bound-of.js'

const FILE = { prices: { currency: 'EUR', default: 0.09 }, sites: [SITE] }

it('says that a price has to hold for longer codes, where these are sent', async () => {
  const line = 'longMessageIds is set: each price of a message must be that with a longer code'
  expect(await boundOfFile({ ...FILE, infobip: { longMessageIds: { default: 'L' } } })).toContain(line)
  expect(await boundOfFile(FILE)).not.toContain('longMessageIds')
})
