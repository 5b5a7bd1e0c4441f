import { describe, expect, it, onTestFinished } from 'vitest'
import { type Behaviour, type FaultInput, type Sandbox, startSandbox, SWITCHES } from '../../sandbox/index.js'
import { longTemplate } from '../../test/harness.js'
import type { ProviderCall } from '../provider.js'
import { infobipProvider } from './infobip.js'

const ALICE = '+12025550123'
const GENEROUS = { verifyPinLimit: '1000/1s', sendPinPerPhoneNumberLimit: '1000/1d', pinAttempts: 3 }

/** Milliseconds after which a call is given up that never ends. */
const IMPATIENCE = 500

async function start(configuration: object = GENEROUS, behaviour: Partial<Behaviour> = {}, timeout?: number) {
  let clock = Date.UTC(2026, 0, 1)
  const sandbox = await startSandbox({ port: 0, configuration, behaviour, now: () => clock })
  onTestFinished(() => sandbox.stop())
  const calls: ProviderCall[] = []
  const { url: baseUrl, apiKey, applicationId, messageId } = sandbox
  const provider = infobipProvider(
    { baseUrl, apiKey, applicationId, messageIds: { default: messageId }, numberLookup: false },
    { timeout, onCall: (call) => calls.push(call) },
  )
  const pass = (milliseconds: number): void => void (clock += milliseconds)
  return { sandbox, provider, calls, pass, ...(await firstSend()) }

  async function firstSend() {
    const sent = await provider.send({ phoneNumber: ALICE, channel: 'sms' })
    if (sent.outcome !== 'sent') throw new Error(`The first send was ${sent.outcome}.`)
    return { reference: sent.reference, right: newestCode(sandbox) }
  }
}

function newestCode(sandbox: Sandbox): string {
  return sandbox.messages(ALICE).at(-1)!.pin
}

function wrong(code: string): string {
  return code.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
}

describe('a code that the sandbox sent', () => {
  it('is of the long template where it is to be long, and resent as long', async () => {
    const { sandbox } = await start()
    const { url: baseUrl, apiKey, applicationId, messageId } = sandbox
    const provider = infobipProvider({
      ...{ baseUrl, apiKey, applicationId, messageIds: { default: messageId }, numberLookup: false },
      longMessageIds: await longTemplate(sandbox, 8),
    })
    const digits: number[] = []
    for (const long of [undefined, true, false]) {
      const sent = await provider.send({
        phoneNumber: ALICE,
        channel: 'sms',
        ...(long !== undefined && { long }),
      })
      if (sent.outcome !== 'sent') throw new Error(sent.outcome)
      digits.push(newestCode(sandbox).length)
      await provider.resend(sent.reference, 'voice')
      digits.push(newestCode(sandbox).length)
      expect(await provider.check(sent.reference, newestCode(sandbox))).toMatchObject({ outcome: 'approved' })
    }
    expect(digits).toEqual([6, 6, 8, 8, 6, 6])
  })

  it('is approved once it is given, after a wrong try and a resend by call', async () => {
    const { sandbox, provider, reference, right } = await start()
    expect(await provider.check(reference, wrong(right))).toEqual({
      outcome: 'incorrect',
      attemptsRemaining: 2,
    })
    expect(await provider.resend(reference, 'voice')).toEqual({ outcome: 'sent', reference })
    expect(sandbox.messages(ALICE).map(({ channel, pin }) => [channel, pin])).toEqual([
      ['sms', right],
      ['voice', right],
    ])
    expect(await provider.check(reference, right)).toEqual({ outcome: 'approved', phoneNumber: ALICE })
  })

  it('is sent by call from the start', async () => {
    const { sandbox, provider } = await start()
    const sent = await provider.send({ phoneNumber: '+12025550124', channel: 'voice' })
    const message = sandbox.messages('+12025550124')[0]!
    expect(message.channel).toBe('voice')
    expect(sent).toEqual({ outcome: 'sent', reference: message.pinId })
  })

  it.each<Partial<Behaviour>>([
    {},
    { expiredPin: '404 NOT_FOUND' },
    { pinErrorStatus: 400 },
    { attemptsRemainingWhenExpired: 'zero' },
  ])('is expired when its time is over (%j)', async (behaviour) => {
    const { provider, reference, right, pass } = await start({ ...GENEROUS, pinTimeToLive: '5m' }, behaviour)
    pass(5 * 60_000)
    expect(await provider.check(reference, right)).toEqual({ outcome: 'expired' })
    expect(await provider.resend(reference, 'sms')).toEqual({ outcome: 'gone' })
  })

  it.each<Partial<Behaviour>>([{}, { lastAttempt: 'NO_MORE_PIN_ATTEMPTS' }, { pinErrorStatus: 400 }])(
    'is exhausted with the last try, for the right code too (%j)',
    async (behaviour) => {
      const { provider, reference, right } = await start(GENEROUS, behaviour)
      await provider.check(reference, wrong(right))
      await provider.check(reference, wrong(right))
      expect(await provider.check(reference, wrong(right))).toEqual({ outcome: 'exhausted' })
      expect(await provider.check(reference, right)).toEqual({ outcome: 'exhausted' })
    },
  )

  it('is checked under the pinId that a resend gave it', async () => {
    const { provider, reference, right } = await start(GENEROUS, {
      resendPinId: 'new',
      olderPinId: 'notFound',
    })
    const resent = await provider.resend(reference, 'sms')
    expect(resent).toEqual({ outcome: 'sent', reference: expect.not.stringMatching(reference) })
    expect(await provider.check(reference, right)).toEqual({ outcome: 'expired' })
    expect(await provider.check((resent as { reference: string }).reference, right)).toMatchObject({
      outcome: 'approved',
    })
  })

  it('keeps its pinId when the answer to a resend has none', async () => {
    const { provider, reference } = await start(GENEROUS, { resendPinId: 'missing' })
    expect(await provider.resend(reference, 'sms')).toEqual({ outcome: 'sent', reference })
  })

  it('is not believed to be of the number that was asked for: the number of the answer is told', async () => {
    const { sandbox, provider, reference, right } = await start()
    sandbox.arm({ kind: 'foreign-msisdn', operation: 'verify', msisdn: '41793026727' })
    expect(await provider.check(reference, right)).toEqual({
      outcome: 'approved',
      phoneNumber: '+41793026727',
    })
  })
})

describe('limits of the sandbox', () => {
  it.each(SWITCHES.throttleError.values)(
    'throttle checks and sends in the words of %s',
    async (throttleError) => {
      const limits = { verifyPinLimit: '1/3s', sendPinPerPhoneNumberLimit: '1/1d' }
      const { sandbox, provider, calls, reference, right, pass } = await start(limits, { throttleError })
      await provider.check(reference, wrong(right))
      expect(await provider.check(reference, right)).toEqual({ outcome: 'throttled', retryAfter: 3 })
      expect(await provider.send({ phoneNumber: ALICE, channel: 'sms' })).toEqual({
        outcome: 'throttled',
        retryAfter: 600,
      })
      expect(calls.at(-1)).toMatchObject({ status: 429, reason: throttleError, alarm: false })
      sandbox.behave({ retryAfter: 'sent' })
      pass(1000)
      expect(await provider.check(reference, right)).toEqual({ outcome: 'throttled', retryAfter: 2 })
      expect(await provider.resend(reference, 'sms')).toEqual({ outcome: 'throttled', retryAfter: 86_399 })
    },
  )

  it('leave a number that cannot be reached undelivered, whatever the answer carries', async () => {
    const { sandbox, provider } = await start()
    for (const notReachablePinId of SWITCHES.notReachablePinId.values) {
      sandbox.behave({ notReachablePinId })
      sandbox.arm({ kind: 'not-sent', operation: 'send' })
      expect(await provider.send({ phoneNumber: ALICE, channel: 'sms' })).toEqual({ outcome: 'undelivered' })
    }
  })

  it('tell a key that is not known from everything else', async () => {
    const { sandbox } = await start()
    const calls: ProviderCall[] = []
    const { url: baseUrl, applicationId, messageId } = sandbox
    const settings = { baseUrl, apiKey: 'revoked', applicationId, messageIds: { default: messageId } }
    const provider = infobipProvider(
      { ...settings, numberLookup: false },
      { onCall: (call) => calls.push(call) },
    )
    expect(await provider.send({ phoneNumber: ALICE, channel: 'sms' })).toEqual({ outcome: 'unavailable' })
    expect(calls).toMatchObject([{ status: 401, reason: 'UNAUTHORIZED', alarm: true }])
  })
})

describe('a send that the sandbox refuses', () => {
  const bob = { phoneNumber: '+12025550124', channel: 'sms' } as const

  it('for an application that is switched off is an alarm, whatever status says so', async () => {
    const { sandbox, provider, calls } = await start()
    const application = `${sandbox.url}/2fa/2/applications/${sandbox.applicationId}`
    await fetch(application, {
      method: 'PUT',
      headers: { Authorization: `App ${sandbox.apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'off', enabled: false }),
    })
    for (const disabledApplication of SWITCHES.disabledApplication.values.slice(0, 3)) {
      sandbox.behave({ disabledApplication })
      expect(await provider.send(bob)).toMatchObject({ outcome: 'unavailable' })
      expect(calls.at(-1)).toMatchObject({ status: Number(disabledApplication.slice(0, 3)), alarm: true })
    }
  })

  it.each(SWITCHES.throttleStatus.values)(
    'for the limit of its number under %i is no alarm, and keeps nobody else waiting',
    async (throttleStatus) => {
      const behaviour = { throttleStatus, retryAfter: 'sent' } as const
      const { provider, calls } = await start({ ...GENEROUS, sendPinPerPhoneNumberLimit: '1/1d' }, behaviour)
      for (let call = 0; call < 6; call++) {
        const again = await provider.send({ phoneNumber: ALICE, channel: 'sms' })
        expect(again).toEqual({ outcome: 'throttled', retryAfter: 86_400 })
        expect(calls.at(-1)).toMatchObject({ status: throttleStatus, alarm: false })
      }
      expect(await provider.send(bob)).toMatchObject({ outcome: 'sent' })
    },
  )
})

describe('a fault of the sandbox', () => {
  const faults: [FaultInput, string][] = [
    [{ kind: 'hang-headers', operation: 'any' }, 'unknown'],
    [{ kind: 'hang-body', operation: 'any' }, 'unknown'],
    [{ kind: 'hang-body', operation: 'any', after: true }, 'unknown'],
    [{ kind: 'reset', operation: 'any' }, 'unknown'],
    [{ kind: 'truncated', operation: 'any', after: true }, 'unknown'],
    [{ kind: 'empty', operation: 'any' }, 'unknown'],
    [{ kind: 'html', operation: 'any' }, 'unknown'],
    [{ kind: 'xml', operation: 'any' }, 'unknown'],
    [{ kind: 'oversized', operation: 'any' }, 'unknown'],
    [{ kind: 'status', operation: 'any', status: 503 }, 'unknown'],
    [{ kind: 'redirect', operation: 'any', location: '/2fa/2/applications' }, 'unknown'],
    [{ kind: 'redirect', operation: 'any', status: 307, location: '/2fa/2/pin/voice' }, 'unavailable'],
    [{ kind: 'forbidden', operation: 'any' }, 'unavailable'],
  ]

  it.each(faults)('%j makes one request and the outcome %s', async (fault, outcome) => {
    const { sandbox, provider, reference, right } = await start(GENEROUS, {}, IMPATIENCE)
    const before = sandbox.requests().length
    sandbox.arm({ ...fault, times: 'always' })
    expect(await provider.send({ phoneNumber: ALICE, channel: 'sms' })).toEqual({ outcome })
    expect(await provider.resend(reference, 'sms')).toEqual({ outcome })
    expect(await provider.check(reference, right)).toEqual({ outcome })
    expect(sandbox.requests()).toHaveLength(before + 3)
  })

  it('SR-B10: in the answer to a send leaves one message, and the next send makes two', async () => {
    const { sandbox, provider } = await start(GENEROUS, {}, IMPATIENCE)
    const bob = { phoneNumber: '+12025550124', channel: 'sms' } as const
    sandbox.arm({ kind: 'hang-headers', operation: 'send', after: true })
    expect(await provider.send(bob)).toEqual({ outcome: 'unknown' })
    expect(sandbox.messages(bob.phoneNumber)).toHaveLength(1)
    expect(await provider.send(bob)).toMatchObject({ outcome: 'sent' })
    expect(sandbox.messages(bob.phoneNumber)).toHaveLength(2)
  })
})

describe('what Infobip has documented nowhere', () => {
  const every = Object.entries(SWITCHES)
    .flatMap(([name, { values }]) => values.map((value) => [name, value] as const))
    // Of all that is not known, this alone would.
    .filter(([name, value]) => !(name === 'verifyPinId' && value === 'other'))

  it('SR-B09: approves nothing by an answer about another code', async () => {
    const { provider, reference, right } = await start(GENEROUS, { verifyPinId: 'other' })
    expect(await provider.check(reference, right)).toEqual({ outcome: 'unknown' })
    expect(await provider.check(reference, wrong(right))).toEqual({ outcome: 'unknown' })
  })

  it.each(every)('does not stand between a visitor and the right code (%s: %s)', async (name, value) => {
    const { provider, reference, right } = await start(GENEROUS, { [name]: value })
    expect(await provider.check(reference, wrong(right))).toMatchObject({ outcome: 'incorrect' })
    const resent = await provider.resend(reference, 'voice')
    expect(resent).toMatchObject({ outcome: 'sent' })
    const newest = (resent as { reference: string }).reference
    expect(await provider.check(newest, right)).toEqual({ outcome: 'approved', phoneNumber: ALICE })
  })
})
