import { describe, expect, it } from 'vitest'
import { openSandbox, wrong } from './test/client.js'

const APPLICATIONS = '/2fa/2/applications'

describe('verify', () => {
  it('answers the right PIN with no attempts remaining and no pinError', async () => {
    const { send, verify, pin } = openSandbox()
    const { pinId } = (await send()).body
    const { status, body } = await verify(pinId, pin())
    expect(status).toBe(200)
    expect(body).toEqual({ pinId, msisdn: '41793026727', verified: true, attemptsRemaining: 0 })
  })

  it('answers a wrong PIN with 200, WRONG_PIN and the attempts that remain', async () => {
    const { send, verify, pin } = openSandbox()
    const { pinId } = (await send()).body
    const { status, body } = await verify(pinId, wrong(pin()))
    expect(status).toBe(200)
    expect(body).toEqual({
      pinId,
      msisdn: '41793026727',
      verified: false,
      attemptsRemaining: 4,
      pinError: 'WRONG_PIN',
    })
  })

  it('refuses the right PIN after as many wrong ones as the application allows', async () => {
    const { send, verify, pin, pass, configure } = openSandbox()
    await configure({ pinAttempts: 3 })
    const { pinId } = (await send()).body
    for (const attemptsRemaining of [2, 1, 0]) {
      expect((await verify(pinId, wrong(pin()))).body).toMatchObject({
        attemptsRemaining,
        pinError: 'WRONG_PIN',
      })
      pass(1000)
    }
    expect((await verify(pinId, pin())).body).toMatchObject({
      verified: false,
      attemptsRemaining: 0,
      pinError: 'NO_MORE_PIN_ATTEMPTS',
    })
  })

  it('accepts a PIN until a millisecond before the end of its time to live', async () => {
    const { send, verify, pin, pass } = openSandbox()
    const { pinId } = (await send()).body
    pass(299_999)
    expect((await verify(pinId, pin())).body.verified).toBe(true)
    const second = (await send()).body.pinId
    pass(300_000)
    expect((await verify(second, pin())).body).toMatchObject({ verified: false, pinError: 'TTL_EXPIRED' })
  })

  it('counts verifies over all PINs of a number, and not those of other numbers', async () => {
    const { send, verify, configure, pass } = openSandbox()
    await configure({ verifyPinLimit: '1/3s' })
    const one = (await send('41793026727')).body.pinId
    const two = (await send('41793026727')).body.pinId
    const other = (await send('41793026728')).body.pinId
    expect((await verify(one, 'x')).status).toBe(200)
    expect((await verify(two, 'x')).status).toBe(429)
    expect((await verify(other, 'x')).status).toBe(200)
    pass(3000)
    expect((await verify(two, 'x')).status).toBe(200)
  })

  it('counts the wrong tries of living PINs only, where it counts by number', async () => {
    const { send, verify, pin, pass } = openSandbox({ behaviour: { attemptsScope: 'number' } })
    const remaining = async (pinId: string) => {
      pass(1000)
      return (await verify(pinId, wrong(pin()))).body.attemptsRemaining
    }
    const first = (await send()).body.pinId
    expect(await remaining(first)).toBe(4)
    await verify(first, pin())
    const second = (await send()).body.pinId
    expect(await remaining(second)).toBe(4)
    pass(300_000)
    expect(await remaining((await send()).body.pinId)).toBe(4)
  })

  it.each([{}, { pin: '' }, { pin: 123456 }])('refuses the body %j', async (body) => {
    const { send, call } = openSandbox()
    const { pinId } = (await send()).body
    expect((await call('POST', `/2fa/2/pin/${pinId}/verify`, body)).status).toBe(400)
  })
})

describe('verification status', () => {
  it('tells the history of one number in one application, filtered as asked', async () => {
    const { send, verify, pin, call, arm, pass, applicationId } = openSandbox()
    await verify((await send('41793026727')).body.pinId, pin())
    pass(1000)
    arm({ kind: 'not-sent', operation: 'send' })
    await send('41793026727')
    await send('41793026728')
    const ask = async (query: string) => {
      const path = `${APPLICATIONS}/${applicationId}/verifications?msisdn=41793026727${query}`
      return (await call('GET', path)).body.verifications
    }
    const sentAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
    const verified = { msisdn: '41793026727', verified: true, verifiedAt: sentAt, sentAt }
    const failed = { msisdn: '41793026727', verified: false, sentAt: sentAt + 1000 }
    expect(await ask('')).toEqual([failed, verified])
    expect(await ask('&verified=true')).toEqual([verified])
    expect(await ask('&verified=false&sent=undefined')).toEqual([failed])
    expect(await ask('&sent=false')).toEqual([failed])
    expect(await ask('&sent=true')).toEqual([verified])
  })

  it('asks for a number', async () => {
    const { call, applicationId } = openSandbox()
    expect((await call('GET', `${APPLICATIONS}/${applicationId}/verifications`)).status).toBe(400)
  })
})
