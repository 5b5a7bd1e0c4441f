import { NOT_FOUND, verdict, nearlyExhausted, verifyLater, createTemplate, type Cases } from './cases.js'
import { wrong, type OpenSandbox } from './client.js'

async function secondVerify(sandbox: OpenSandbox, allowMultiplePinVerifications: boolean): Promise<unknown> {
  await sandbox.configure({ allowMultiplePinVerifications })
  const { pinId } = (await sandbox.send()).body
  await sandbox.verify(pinId, sandbox.pin())
  return verdict(await verifyLater(sandbox, pinId, sandbox.pin()))
}

async function rows(sandbox: OpenSandbox) {
  const path = `/2fa/2/applications/${sandbox.applicationId}/verifications?msisdn=41793026727`
  return (await sandbox.call('GET', path)).body.verifications
}

/** How verifies and the verification status behave. */
export const verifyCases = {
  verifyPinId: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      const told = (await s.verify(pinId, s.pin())).body.pinId
      return told === undefined ? 'none' : told === pinId
    },
    expected: { same: true, absent: 'none', other: false },
  },
  throttledVerify: {
    see: async (s) => {
      await s.configure({ verifyPinLimit: '1/3s' })
      const { pinId } = (await s.send()).body
      await s.verify(pinId, wrong(s.pin()))
      await s.verify(pinId, wrong(s.pin()))
      s.pass(3000)
      return (await s.verify(pinId, wrong(s.pin()))).body.attemptsRemaining
    },
    expected: { free: 3, spendsAttempt: 2 },
  },
  attemptsScope: {
    see: async (s) => {
      await nearlyExhausted(s)
      const { pinId } = (await s.send()).body
      return (await verifyLater(s, pinId, wrong(s.pin()))).body.attemptsRemaining
    },
    expected: { pin: 4, number: 0 },
  },
  lastAttempt: {
    see: async (s) => {
      const { pinId, pin } = await nearlyExhausted(s)
      const { body } = await verifyLater(s, pinId, wrong(pin))
      return [body.pinError, body.attemptsRemaining]
    },
    expected: { WRONG_PIN: ['WRONG_PIN', 0], NO_MORE_PIN_ATTEMPTS: ['NO_MORE_PIN_ATTEMPTS', 0] },
  },
  exhaustedPin: {
    see: async (s) => {
      const { pinId, pin } = await nearlyExhausted(s)
      await verifyLater(s, pinId, wrong(pin))
      return verdict(await verifyLater(s, pinId, pin))
    },
    expected: { NO_MORE_PIN_ATTEMPTS: 'NO_MORE_PIN_ATTEMPTS', '404 NOT_FOUND': NOT_FOUND },
  },
  expiredPin: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      s.pass(300_000)
      return verdict(await s.verify(pinId, s.pin()))
    },
    expected: { TTL_EXPIRED: 'TTL_EXPIRED', '404 NOT_FOUND': NOT_FOUND },
  },
  attemptsRemainingWhenExpired: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      s.pass(300_000)
      return (await s.verify(pinId, s.pin())).body.attemptsRemaining
    },
    expected: { left: 5, zero: 0, absent: undefined },
  },
  pinErrorStatus: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      const wrongPin = await s.verify(pinId, wrong(s.pin()))
      s.pass(300_000)
      const { status, body } = await s.verify(pinId, s.pin())
      return [wrongPin.status, status, body.pinError]
    },
    expected: { 200: [200, 200, 'TTL_EXPIRED'], 400: [200, 400, 'TTL_EXPIRED'] },
  },
  secondVerify: {
    see: (s) => secondVerify(s, true),
    expected: {
      verified: 'verified',
      WRONG_PIN: 'WRONG_PIN',
      NO_MORE_PIN_ATTEMPTS: 'NO_MORE_PIN_ATTEMPTS',
      '404 NOT_FOUND': NOT_FOUND,
    },
  },
  secondVerifyRefused: {
    see: (s) => secondVerify(s, false),
    expected: {
      NO_MORE_PIN_ATTEMPTS: 'NO_MORE_PIN_ATTEMPTS',
      WRONG_PIN: 'WRONG_PIN',
      '404 NOT_FOUND': NOT_FOUND,
      verified: 'verified',
    },
  },
  pinCase: {
    see: async (s) => {
      const { messageId } = (await createTemplate(s, { pinType: 'ALPHA' })).body
      const { pinId } = (await s.send('41793026727', { messageId })).body
      return verdict(await s.verify(pinId, s.pin().toLowerCase()))
    },
    expected: { sensitive: 'WRONG_PIN', insensitive: 'verified' },
  },
  pinSpaces: {
    see: async (s) => verdict(await s.verify((await s.send()).body.pinId, ` ${s.pin()} `)),
    expected: { significant: 'WRONG_PIN', trimmed: 'verified' },
  },
  verificationTimes: {
    see: async (s) => {
      await s.send()
      return (await rows(s))[0].sentAt
    },
    expected: { millis: Date.UTC(2026, 0, 2, 3, 4, 5, 678), seconds: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 },
  },
  unverifiedAt: {
    see: async (s) => {
      await s.send()
      return (await rows(s))[0].verifiedAt
    },
    expected: { absent: undefined, zero: 0 },
  },
  verificationOrder: {
    see: async (s) => {
      await s.send()
      s.pass(1000)
      await s.send()
      const [first, second] = await rows(s)
      return first.sentAt - second.sentAt
    },
    expected: { newestFirst: 1000, oldestFirst: -1000 },
  },
} satisfies Cases<
  | 'verifyPinId'
  | 'throttledVerify'
  | 'attemptsScope'
  | 'lastAttempt'
  | 'exhaustedPin'
  | 'expiredPin'
  | 'attemptsRemainingWhenExpired'
  | 'pinErrorStatus'
  | 'secondVerify'
  | 'secondVerifyRefused'
  | 'pinCase'
  | 'pinSpaces'
  | 'verificationTimes'
  | 'unverifiedAt'
  | 'verificationOrder'
>
