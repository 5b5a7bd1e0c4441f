import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCrashingServer, type CrashingServer } from './crashing.js'
import { STORES } from './stores.js'
import { checksOf, newNumber, wrongCode, type Visitor } from './visitor.js'

/** `npm run soak` asks for more. */
const ROUNDS = process.env['SOAK'] === '1' ? 25 : 1

/** Seconds after which a message, a resend, an attempt or a call whose process has crashed blocks no other. */
const SEND = 20
const RESEND = 35
const ATTEMPT = 20
const CALL = 75

for (const { name, isHere, open } of STORES) {
  describe.skipIf(!isHere)(`a server that is killed and started again on its ${name} store`, () => {
    let server: CrashingServer
    let page: Visitor
    let closeStore: () => Promise<void>
    beforeAll(async () => {
      const { address, close } = await open()
      closeStore = close
      server = await startCrashingServer(address)
      page = server.visitor
    })
    afterAll(async () => {
      await server.stop()
      await closeStore()
    })

    const sends = (phoneNumber: string) => server.sandbox.messages(phoneNumber).length
    const pinOf = (phoneNumber: string) => server.sandbox.messages(phoneNumber).at(-1)!.pin
    const checks = (phoneNumber: string) => checksOf(server.sandbox, phoneNumber)

    /** A test of a number that is new in every round. */
    function always(title: string, round: (phoneNumber: string) => Promise<void>): void {
      const rounds = async () => {
        for (let n = 0; n < ROUNDS; n++) await round(newNumber())
      }
      it(`${title} (SR-C13)`, rounds, 30_000 * ROUNDS)
    }

    async function sent(phoneNumber: string): Promise<string> {
      const { status, body } = await page.start(phoneNumber)
      expect(status).toBe(201)
      return body.verificationId
    }

    /** Gives the right code, which is taken. */
    async function prove(phoneNumber: string, handle: string): Promise<void> {
      expect((await page.check(handle, pinOf(phoneNumber))).body).toMatchObject({ phoneNumber })
      expect((await page.status(handle)).body.state).toBe('verified')
    }

    always(
      'before a first message is sent: sends none until its patience is over, then one',
      async (number) => {
        await server.crash('after add', ({ start }) => start(number))
        expect((await page.start(number)).body.code).toBe('rate_limited')
        expect(sends(number)).toBe(0)
        await server.advance(SEND)
        await prove(number, await sent(number))
        expect(sends(number)).toBe(1)
      },
    )

    always(
      'before a first message is recorded: sends one for each call that asked for it',
      async (number) => {
        const key = randomUUID()
        await server.crash('before recordSend', ({ start }) => start(number, key))
        expect((await page.start(number, key)).body.code).toBe('service_unavailable')
        expect((await page.start(number)).body.code).toBe('rate_limited')
        expect(sends(number)).toBe(1)
        await server.advance(SEND)
        await prove(number, await sent(number))
        expect(sends(number)).toBe(2)
      },
    )

    always(
      'before a first message is answered: its key gives a new one after its patience',
      async (number) => {
        const key = randomUUID()
        await server.crash('after recordSend', ({ start }) => start(number, key))
        expect((await page.start(number, key)).body.code).toBe('service_unavailable')
        expect(sends(number)).toBe(1)
        await server.advance(CALL)
        const { status, body } = await page.start(number, key)
        expect([status, sends(number)]).toEqual([201, 2])
        await prove(number, body.verificationId)
      },
    )

    always('before a message is resent: the resend is lost, the code is not', async (number) => {
      const handle = await sent(number)
      await server.advance(1)
      await server.crash('after reserveResend', ({ resend }) => resend(handle))
      expect(sends(number)).toBe(1)
      const { body } = await page.status(handle)
      expect(body).toMatchObject({ state: 'sent', attemptsRemaining: 5, resend: { remaining: 1 } })
      await server.advance(1)
      expect((await page.resend(handle)).body.code).toBe('resend_too_soon')
      await server.advance(RESEND)
      expect((await page.resend(handle)).body.resend.remaining).toBe(0)
      expect((await page.resend(handle)).body.code).toBe('resends_exhausted')
      expect(sends(number)).toBe(2)
      await prove(number, handle)
    })

    always(
      'before a resent message is recorded: its key sends the next of the plan at most',
      async (number) => {
        const handle = await sent(number)
        const key = randomUUID()
        await server.advance(1)
        await server.crash('before recordSend', ({ resend }) => resend(handle, key))
        expect((await page.resend(handle, key)).body.code).toBe('service_unavailable')
        expect(sends(number)).toBe(2)
        await server.advance(CALL)
        expect((await page.resend(handle, key)).status).toBe(200)
        expect((await page.resend(handle, key)).status).toBe(200)
        expect((await page.resend(handle)).body.code).toBe('resends_exhausted')
        expect(sends(number)).toBe(3)
        await prove(number, handle)
      },
    )

    always('before a code is checked: the attempt is spent, the next is taken', async (number) => {
      const handle = await sent(number)
      await server.crash('after reserveAttempt', ({ check }) => check(handle, pinOf(number)))
      expect(checks(number)).toBe(0)
      expect((await page.check(handle, pinOf(number))).body.code).toBe('check_in_progress')
      expect((await page.status(handle)).body.attemptsRemaining).toBe(4)
      await server.advance(ATTEMPT)
      await prove(number, handle)
      expect(checks(number)).toBe(1)
    })

    always('before a verdict counts: a right code is no proof, and a new start gives one', async (number) => {
      const handle = await sent(number)
      await server.crash('before settleAttempt', ({ check }) => check(handle, pinOf(number)))
      expect((await page.status(handle)).body).toMatchObject({ state: 'sent', attemptsRemaining: 4 })
      expect((await page.token(handle)).body.code).toBe('verification_not_found')
      await server.advance(ATTEMPT)
      // Infobip takes a code once: what it says of it from now on is its own affair, but never a token of ours.
      expect((await page.check(handle, pinOf(number))).body.code).toBe('attempts_exhausted')
      expect(checks(number)).toBe(2)
      await prove(number, await sent(number))
    })

    always('before a verdict is answered: the proof stays, and gives the token', async (number) => {
      const handle = await sent(number)
      const key = randomUUID()
      await server.crash('after settleAttempt', ({ check }) => check(handle, pinOf(number), key))
      expect((await page.check(handle, pinOf(number), key)).body.code).toBe('service_unavailable')
      expect((await page.check(handle, pinOf(number))).body.code).toBe('already_verified')
      expect((await page.token(handle)).body).toMatchObject({ phoneNumber: number })
      await server.advance(CALL)
      expect((await page.check(handle, pinOf(number), key)).body.code).toBe('already_verified')
      expect([checks(number), sends(number)]).toEqual([1, 1])
    })

    always('at every check: nobody gains a guess', async (number) => {
      const handle = await sent(number)
      const wrong = wrongCode(pinOf(number))
      for (let left = 4; left >= 0; left--) {
        const step = left % 2 === 0 ? 'before settleAttempt' : 'after settleAttempt'
        await server.crash(step, ({ check }) => check(handle, wrong))
        expect((await page.status(handle)).body.attemptsRemaining).toBe(left)
        await server.advance(ATTEMPT)
      }
      expect((await page.check(handle, pinOf(number))).body.code).toBe('attempts_exhausted')
      expect((await page.resend(handle)).body.code).toBe('attempts_exhausted')
      expect(checks(number)).toBe(5)
    })
  })
}
