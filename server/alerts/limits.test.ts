import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Alert } from '../observe/alert.js'
import { TestServer } from '../test/harness.js'

const LIMIT: Alert = { alert: 'provider', reason: 'limit' }
const numberOf = (n: number) => `+1202555${1000 + n}`

describe('a limit of the provider’s own (SR-K07)', () => {
  let server: TestServer
  let alerts: Alert[]
  beforeEach(async () => {
    alerts = []
    server = await TestServer.start({ deps: { notify: (alert) => alerts.push(alert) } })
  })
  afterEach(() => server.stop())

  const limit = (times = 1000) =>
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 429, times })

  async function ask(n: number): Promise<number> {
    return (await server.start({ phoneNumber: numberOf(n) })).status
  }

  async function expectAlerts(...expected: Alert[]): Promise<void> {
    await new Promise(setImmediate)
    expect(alerts.filter(({ alert }) => alert === 'provider')).toEqual(expected)
  }

  it('is told of, once an hour, when it keeps messages from five numbers in a row', async () => {
    limit()
    for (let n = 0; n < 4; n++) expect(await ask(n)).toBe(429)
    await expectAlerts()
    for (let n = 4; n < 9; n++) expect(await ask(n)).toBe(429)
    await expectAlerts(LIMIT)
    server.advance(3601)
    await ask(9)
    await expectAlerts(LIMIT, LIMIT)
  })

  it('wakes nobody for one number, however often a stranger asks for it', async () => {
    limit()
    for (let times = 0; times < 20; times++) {
      expect(await ask(0)).toBe(429)
      server.advance(601)
    }
    await expectAlerts()
  })

  it.each<['start' | 'resend', number]>([
    ['start', 201],
    ['resend', 200],
  ])('is counted anew after a message that was sent, of a %s', async (call, sent) => {
    const { verificationId } = (await server.start()).body
    server.advance(31)
    limit(4)
    for (let n = 0; n < 4; n++) expect(await ask(n)).toBe(429)
    const between = call === 'start' ? await ask(100) : (await server.resend(verificationId)).status
    expect(between).toBe(sent)
    limit()
    for (let n = 4; n < 8; n++) expect(await ask(n)).toBe(429)
    await expectAlerts()
    await ask(8)
    await expectAlerts(LIMIT)
  })
})
