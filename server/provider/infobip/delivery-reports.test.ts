import { describe, expect, it } from 'vitest'
import { infobipDeliveryReports, USERNAME } from './delivery-reports.js'
import { infobipProvider } from './infobip.js'
import { fakeInfobip, json, MESSAGE_SENT, PIN_ID, settingsFor, TO_ALICE } from './test/fake-infobip.js'

describe('Infobip’s delivery reports', () => {
  it('asks for a report of each message where somebody is there to take it, and else says nothing of it', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    for (const deliverySecret of [undefined, 'd'.repeat(32)]) {
      const provider = infobipProvider({ ...settingsFor(fake.url), deliverySecret })
      for (const channel of ['sms', 'voice'] as const) {
        await provider.send({ ...TO_ALICE, channel })
        await provider.resend(PIN_ID, channel)
      }
    }
    const told = fake.heard.map(({ body }) => (JSON.parse(body) as { trackDelivery?: unknown }).trackDelivery)
    expect(told).toEqual([...Array<undefined>(4), ...Array<boolean>(4).fill(true)])
    expect(fake.heard.map(({ body }) => body).join()).not.toContain('dddd')
  })

  const reports = infobipDeliveryReports('d'.repeat(32))
  const of = (groupName: string, to: unknown = '12025550123') => ({
    messageId: 'm1',
    to,
    status: { groupName },
  })

  it.each([
    ['DELIVERED', 'delivered'],
    ['UNDELIVERABLE', 'undeliverable'],
    ['EXPIRED', 'expired'],
    ['REJECTED', 'rejected'],
  ])('say %s for what we call %s', (groupName, outcome) => {
    const read = reports.read({ results: [of(groupName)] })
    expect(read).toEqual([{ messageId: 'm1', phoneNumber: '+12025550123', outcome }])
  })

  it('say nothing yet while a message is pending, and nothing that we know under a new word', () => {
    expect(reports.read({ results: [of('PENDING'), of('OK'), of('__proto__'), of('delivered')] })).toEqual([])
  })

  it('say nothing where there is none', () => {
    expect(reports.read({ results: [] })).toEqual([])
  })

  it('are read with and without a plus or a number', () => {
    const read = reports.read({
      results: [of('EXPIRED', '+385912345678'), of('EXPIRED', null), of('EXPIRED', '')],
    })
    expect(read?.map(({ phoneNumber }) => phoneNumber)).toEqual(['+385912345678', undefined, undefined])
  })

  it.each([
    [null],
    ['DELIVERED'],
    [[of('DELIVERED')]],
    [{ results: [{ ...of('DELIVERED'), messageId: 'm\n1' }] }],
    [{ results: [{ ...of('DELIVERED'), messageId: 'm'.repeat(101) }] }],
    [{ results: [of('D'.repeat(65))] }],
    [{ results: [of('DELIVERED', 12025550123)] }],
  ])('are no such thing: %j', (body) => {
    expect(reports.read(body)).toBeUndefined()
  })

  it('come from whoever knows name and password whole', () => {
    expect(reports.isService(USERNAME, 'd'.repeat(32))).toBe(true)
    for (const [name, password] of [
      [USERNAME, 'd'.repeat(31)],
      [USERNAME, ''],
      ['', 'd'.repeat(32)],
      [`${USERNAME}\0d`, 'd'.repeat(31)],
    ] as const) {
      expect(reports.isService(name, password)).toBe(false)
    }
  })
})
