import { expect, it } from 'vitest'
import { DEFAULT_NUMBER_TYPES } from '../../phone-number/phone-number.js'
import { TestServer, testSite } from '../../test/harness.js'
import { destination } from './destination.js'

it('is the number’s digits', () => {
  expect(destination('+12025550123', 'sms')).toBe('12025550123')
  expect(destination('+12025550123', 'voice')).toBe('12025550123')
})

it('leaves out the 9 of Argentine mobiles in text messages, and there alone', () => {
  expect(destination('+5491123456789', 'sms')).toBe('541123456789')
  expect(destination('+5491123456789', 'voice')).toBe('5491123456789')
  expect(destination('+541123456789', 'sms')).toBe('541123456789')
  expect(destination('+549112345678', 'sms')).toBe('549112345678')
})

it('lets an Argentine visitor prove the number that a host knows, 9 and all', async () => {
  const phoneRules = { countries: new Set(['AR']), types: DEFAULT_NUMBER_TYPES }
  const server = await TestServer.start({ sites: [testSite({ phoneRules })] })
  try {
    const { body } = await server.start({ phoneNumber: '+54 9 11 2345-6789' })
    const checked = await server.check(body.verificationId, server.code('+541123456789'))
    expect(checked.body.phoneNumber).toBe('+5491123456789')
  } finally {
    await server.stop()
  }
})
