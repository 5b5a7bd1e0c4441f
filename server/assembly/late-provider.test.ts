import { expect, it } from 'vitest'
import type { Provider } from '../provider/provider.js'
import { lateProvider } from './late-provider.js'

const unheard = () => expect.fail('It was loaded.')

const SEND = { phoneNumber: '+12025550123', channel: 'sms' } as const

const sending: Provider = {
  send: async ({ phoneNumber }) => ({ outcome: 'sent', reference: phoneNumber }),
  resend: async (reference, channel, host) => ({
    outcome: 'sent',
    reference: `${reference} ${channel} ${host}`,
  }),
  check: async (reference, code) => ({ outcome: 'approved', phoneNumber: reference + code }),
}

it('a provider that is asked before it is loaded is loaded once, and then answers', async () => {
  let opened = 0
  const provider = lateProvider(async () => (opened++, sending), unheard)
  const asked = Promise.all([
    provider.send(SEND),
    provider.resend('REF', 'voice', 'shop.example'),
    provider.check('REF', '123456'),
    provider.load(),
  ])
  expect(await asked).toEqual([
    { outcome: 'sent', reference: '+12025550123' },
    { outcome: 'sent', reference: 'REF voice shop.example' },
    { outcome: 'approved', phoneNumber: 'REF123456' },
    undefined,
  ])
  expect(opened).toBe(1)
})

it('a provider that cannot be loaded says so, is unavailable to who asks, and may be there the next time', async () => {
  let missing = true
  const told: unknown[] = []
  const none = new Error('There is none.')
  const open = () => (missing ? Promise.reject(none) : Promise.resolve(sending))
  const provider = lateProvider(open, (error) => told.push(error))
  await expect(provider.load()).rejects.toThrow('There is none.')
  // Whoever loads it is told by that.
  expect(told).toEqual([])
  expect(await provider.send(SEND)).toEqual({ outcome: 'unavailable' })
  expect(await provider.resend('REF', 'sms')).toEqual({ outcome: 'unavailable' })
  expect(await provider.check('REF', '123456')).toEqual({ outcome: 'unavailable' })
  expect(told).toEqual([none])
  missing = false
  expect(await provider.send(SEND)).toMatchObject({ outcome: 'sent' })
})
