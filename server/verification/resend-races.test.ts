import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { handleDigest } from '../pepper/digests.js'
import type { SendOutcome } from '../provider/provider.js'
import type { Store } from '../store/store.js'
import { away, failing } from '../store/test/failing.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const ATTEMPTS = 5

let server: TestServer
let store: Store
let handle: string
beforeEach(() => begin('notFound'))
afterEach(() => server.stop())

/** Starts a verification at an Infobip that gives a code another name with each resend. @param older what becomes of the last */
async function begin(older: 'notFound' | 'works', resendCooldowns = [30, 60]): Promise<void> {
  server = await TestServer.start({
    sites: [testSite({ attempts: ATTEMPTS, resendCooldowns })],
    sandbox: { behaviour: { resendPinId: 'new', olderPinId: older } },
  })
  ;({ store } = server.deps)
  handle = (await server.start()).body.verificationId
  server.advance(resendCooldowns[0]!)
}

async function beginAnew(...how: Parameters<typeof begin>): Promise<void> {
  await server.stop()
  await begin(...how)
}

/** Asks for a resend that Infobip has made, but whose answer is on its way until it is let through. */
async function resending() {
  const { provider } = server.deps
  const { resend } = provider
  let through!: (instead?: SendOutcome) => void
  const held = new Promise<SendOutcome | undefined>((resolve) => (through = resolve))
  let call!: ReturnType<TestServer['resend']>
  await new Promise<void>((made) => {
    provider.resend = async (...args) => {
      provider.resend = resend
      const outcome = await resend(...args)
      made()
      return (await held) ?? outcome
    }
    call = server.resend(handle)
  })
  return {
    async answer(instead?: SendOutcome) {
      through(instead)
      return call
    },
  }
}

/** Has Infobip say that of the next code, whichever it is. */
function say(body: object): void {
  const answer = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
  server.sandbox.arm({ kind: 'respond', operation: 'verify', status: 200, ...answer })
}

/** Makes a check, and lets the resend's answer through just before it is settled. */
async function checkedAcross(resent: Awaited<ReturnType<typeof resending>>, code: string) {
  const { provider } = server.deps
  const { check } = provider
  provider.check = async (...args) => {
    provider.check = check
    const outcome = await check(...args)
    await resent.answer()
    return outcome
  }
  return server.check(handle, code)
}

const WRONG = { verified: false, pinError: 'WRONG_PIN' }

describe.each([
  ['while a resend is under way', (code: string) => server.check(handle, code)],
  ['and is settled once its resend is over', undefined],
])('a code that is looked at under its older name, %s', (_, whileUnderWay) => {
  /** Makes such a check. */
  async function checked(code = server.code()) {
    const resent = await resending()
    const answer = await (whileUnderWay?.(code) ?? checkedAcross(resent, code))
    expect((await resent.answer()).status).toBe(200)
    return answer
  }

  async function isGood(): Promise<void> {
    server.advance(1)
    expect((await server.check(handle, server.code())).status).toBe(200)
  }

  it('and is not known by it: may be tried again, its attempt given back', async () => {
    const { status, body } = await checked()
    expect({ status, ...body }).toMatchObject({
      ...{ status: 409, code: 'check_in_progress', retryAfter: 1, attemptsRemaining: ATTEMPTS },
    })
    await isGood()
  })

  it('and has expired by it: may be tried again, its attempt given back', async () => {
    say({ verified: false, pinError: 'TTL_EXPIRED' })
    expect((await checked()).body).toMatchObject({ code: 'check_in_progress', attemptsRemaining: ATTEMPTS })
    await isGood()
  })

  it('and has no attempts left by it: costs an attempt, for it may have been the last (SR-C12)', async () => {
    say({ verified: false, pinError: 'NO_MORE_PIN_ATTEMPTS' })
    const { body } = await checked()
    expect(body).toMatchObject({ code: 'provider_unavailable', attemptsRemaining: ATTEMPTS - 1 })
    await isGood()
  })

  it.each([1, ATTEMPTS - 2])(
    'and is wrong: costs its attempt and no other, though Infobip would take %i more by that name (SR-C12)',
    async (attemptsRemaining) => {
      say({ ...WRONG, attemptsRemaining })
      const { body } = await checked(server.wrongCode())
      expect(body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: ATTEMPTS - 1 })
      await isGood()
    },
  )
})

describe('what Infobip says of a code of which no resend is under way', () => {
  it.each([
    ['nobody has asked for one', async () => {}],
    ['it was over', async () => void (await server.resend(handle))],
    ['its outcome is not known', async () => void (await (await resending()).answer({ outcome: 'unknown' }))],
    [
      'it was refused',
      async () => void (await (await resending()).answer({ outcome: 'throttled', retryAfter: 1 })),
    ],
    [
      'it came too soon',
      async () => {
        await server.resend(handle)
        expect((await server.resend(handle)).body.retryAfter).toBe(60)
      },
    ],
    [
      'its process has crashed',
      async () => {
        await resending()
        server.advance(35)
      },
    ],
  ])('counts: %s', async (_, before) => {
    await before()
    say({ ...WRONG, attemptsRemaining: 2 })
    expect((await server.check(handle, server.wrongCode())).body.attemptsRemaining).toBe(2)
    server.advance(1)
    say({ verified: false, pinError: 'TTL_EXPIRED' })
    expect((await server.check(handle, server.code())).body.code).toBe('verification_expired')
  })

  it('ends nothing while the store does not say so', async () => {
    failing(store, 'isClaimed', 1)
    say({ verified: false, pinError: 'TTL_EXPIRED' })
    expect((await server.check(handle, server.code())).body.code).toBe('check_in_progress')
  })
})

it('a resend whose number is erased while Infobip is asked finds nothing any more (SR-G09)', async () => {
  const resent = await resending()
  const { phoneDigest } = (await store.get(handleDigest(handle)))!
  expect(await store.eraseNumber([phoneDigest])).toEqual({ verifications: 1, skipped: 0 })
  expect(await resent.answer()).toMatchObject({ status: 404, body: { code: 'verification_not_found' } })
})

describe('a guesser who races resends', () => {
  /** Guesses while a resend is under way, until no more is taken. @returns how many codes Infobip was asked to look at */
  async function guessed(): Promise<number> {
    const resent = await resending()
    const before = server.asked('/verify')
    let least = ATTEMPTS
    for (let n = 0; n < 30; n++) {
      const { body } = await server.check(handle, server.wrongCode())
      if (body.code === 'attempts_exhausted') break
      expect(body.attemptsRemaining).toBeLessThanOrEqual(least)
      least = body.attemptsRemaining!
      server.advance(1)
    }
    await resent.answer()
    server.advance(1)
    expect((await server.check(handle, server.code())).body.code).toBe('attempts_exhausted')
    return server.asked('/verify') - before
  }

  it('has no more guesses than another where Infobip looks at the older name too (SR-C03, SR-C12)', async () => {
    await beginAnew('works')
    expect(await guessed()).toBe(ATTEMPTS)
  })

  it('asks Infobip ten times more at the most where it knows the older name no more, and learns nothing (SR-C03)', async () => {
    expect(await guessed()).toBe(ATTEMPTS + 10)
  })
})

describe('a resend that is asked for while another is under way', () => {
  beforeEach(() => beginAnew('notFound', [1, 1, 1]))

  it('waits for it: by the older name Infobip would not know the code, and the newer is good', async () => {
    const first = await resending()
    server.advance(1)
    expect((await server.resend(handle)).body).toMatchObject({ code: 'resend_too_soon', retryAfter: 1 })
    expect(await first.answer()).toMatchObject({ status: 200, body: { resend: { remaining: 2 } } })
    expect((await server.resend(handle)).status).toBe(200)
    expect(server.sandbox.messages(NUMBER)).toHaveLength(3)
    expect((await server.check(handle, server.code())).status).toBe(200)
  })

  it('waits for no process that has crashed', async () => {
    await resending()
    server.advance(34)
    expect((await server.resend(handle)).body.code).toBe('resend_too_soon')
    server.advance(1)
    // By the name that this server knows, the code is gone.
    expect((await server.resend(handle)).body.code).toBe('verification_expired')
  })

  it.each([
    ['claim', 'unheard'],
    ['claim', 'answer lost'],
    ['reserveResend', 'unheard'],
  ] as const)('waits for none that the store has failed (%s, %s)', async (step, how) => {
    failing(store, step, 1, how)
    expect((await server.resend(handle)).body.code).toBe('service_unavailable')
    await expect.poll(async () => (await server.resend(handle)).status).toBe(200)
  })

  it('waits for none that the store has not seen end for longer than that', async () => {
    const first = await resending()
    away(store, 1, 'release')
    expect((await first.answer()).status).toBe(200)
    server.advance(35)
    expect((await server.resend(handle)).status).toBe(200)
  })
})
