import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BRIEF, startInstances, type Instances } from './instances.js'
import { loseAnswer } from './lost-answer.js'
import { STORES } from './stores.js'
import { checksOf, newNumber, visitor, wrongCode, type Visitor } from './visitor.js'

/** Milliseconds after which the sites of these tests resend, and take another code. */
const INTERVAL = 1000

/** By how much processes may differ about the time, which the machine counts in hundredths, and a little more. */
const STEP = 20

for (const { name, isHere, open } of STORES) {
  describe.skipIf(!isHere)(`a verification at four processes on one ${name} store`, () => {
    let instances: Instances
    let page: Visitor
    let closeStore: () => Promise<void>
    beforeAll(async () => {
      const { address, close } = await open()
      closeStore = close
      instances = await startInstances(4, address)
      page = visitor(instances.fetch)
    })
    afterAll(async () => {
      await instances.stop()
      await closeStore()
    })

    const sends = (phoneNumber: string) => instances.sandbox.messages(phoneNumber).length
    const pinOf = (phoneNumber: string) => instances.sandbox.messages(phoneNumber).at(-1)!.pin

    async function sent(phoneNumber: string, sitekey?: string): Promise<string> {
      const { status, body } = await page.start(phoneNumber, undefined, sitekey)
      expect(status).toBe(201)
      return body.verificationId
    }

    it('is the only one that lives of fifty started at once, and their messages go one by one (SR-C08, SR-D02)', async () => {
      const { sandbox } = instances
      const phoneNumber = newNumber()
      const before = sandbox.requests().length
      sandbox.arm({ operation: 'send', kind: 'delay', ms: 300, times: 'always' })
      const answers = await Promise.all(Array.from({ length: 50 }, () => page.start(phoneNumber)))
      sandbox.disarm()
      const started = answers.filter(({ status }) => status === 201)
      const refused = answers.filter(({ status }) => status !== 201)
      expect(started.length).toBeGreaterThan(0)
      expect(refused.length).toBeGreaterThan(0)
      for (const { body } of refused) expect(body.code).toBe('rate_limited')
      expect(sends(phoneNumber)).toBe(started.length)
      const asked = sandbox.requests().slice(before)
      const times = asked.map(({ at }) => Date.parse(at))
      // Each was answered only after a delay: a message asked for within it was sent beside another.
      for (const [n, time] of times.slice(1).entries()) expect(time - times[n]!).toBeGreaterThan(250)

      const states = await Promise.all(started.map(({ body }) => page.status(body.verificationId)))
      expect(states.filter(({ body }) => body.state === 'sent')).toHaveLength(1)
      for (const { body } of states) if (!body.state) expect(body.code).toBe('verification_not_found')
    })

    it('is answered the same at another process when the first answer was lost (SR-C10)', async () => {
      const [first, second, third] = instances.addresses.map((address) =>
        visitor((path, init) => fetch(address + path, init)),
      )
      const lose = (call: (visitor: Visitor) => Promise<unknown>) => loseAnswer(instances.addresses[0]!, call)
      const phoneNumber = newNumber()
      const [start, resend, check] = [randomUUID(), randomUUID(), randomUUID()]

      const lostStart = await lose((visitor) => visitor.start(phoneNumber, start))
      for (const process of [second!, third!, first!, second!, third!]) {
        expect(await process.start(phoneNumber, start)).toEqual({ status: 201, body: lostStart })
      }
      expect(sends(phoneNumber)).toBe(1)

      const { verificationId } = lostStart as { verificationId: string }
      await wait(INTERVAL)
      const lostResend = await lose((visitor) => visitor.resend(verificationId, resend))
      for (const process of [second!, third!, first!]) {
        expect(await process.resend(verificationId, resend)).toEqual({ status: 200, body: lostResend })
      }
      expect(sends(phoneNumber)).toBe(2)

      const pin = pinOf(phoneNumber)
      const lostCheck = await lose((visitor) => visitor.check(verificationId, pin, check))
      expect(lostCheck).toMatchObject({ token: expect.any(String), phoneNumber })
      for (const process of [second!, third!, first!]) {
        expect(await process.check(verificationId, pin, check)).toEqual({ status: 200, body: lostCheck })
      }
      expect(checksOf(instances.sandbox, phoneNumber)).toBe(1)
    })

    it('gives one token to a visitor who goes away while Infobip is asked, and comes back elsewhere (SR-C10)', async () => {
      const { sandbox, addresses } = instances
      const phoneNumber = newNumber()
      const verificationId = await sent(phoneNumber)
      const [pin, key, leaving] = [pinOf(phoneNumber), randomUUID(), new AbortController()]
      sandbox.arm({ operation: 'verify', kind: 'delay', ms: 500 })
      const impatient = visitor((path, init) =>
        fetch(addresses[0] + path, { ...init, signal: leaving.signal }),
      )
      const gone = expect(impatient.check(verificationId, pin, key)).rejects.toThrow()
      await expect.poll(() => checksOf(sandbox, phoneNumber), { interval: 10 }).toBe(1)
      leaving.abort()
      await gone
      const answers = await Promise.all(
        addresses
          .slice(1)
          .map((address) =>
            visitor((path, init) => fetch(address + path, init)).check(verificationId, pin, key),
          ),
      )
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(new Set(answers.map(({ body }) => body.token)).size).toBe(1)
      expect(checksOf(sandbox, phoneNumber)).toBe(1)
    })

    it('takes five codes, however many resends there are between them (SR-C06)', async () => {
      const phoneNumber = newNumber()
      const verificationId = await sent(phoneNumber)
      const wrong = wrongCode(pinOf(phoneNumber))
      const tried = async () => {
        const { body } = await page.check(verificationId, wrong)
        await wait(INTERVAL + STEP)
        return [body.code, body.attemptsRemaining]
      }
      for (const left of [4, 3, 2, 1]) expect(await tried()).toEqual(['code_incorrect', left])
      expect((await page.resend(verificationId)).body.attemptsRemaining).toBe(1)
      expect(await tried()).toEqual(['attempts_exhausted', 0])
      expect((await page.check(verificationId, pinOf(phoneNumber))).body.code).toBe('attempts_exhausted')
      expect((await page.resend(verificationId)).body.code).toBe('attempts_exhausted')
      expect(checksOf(instances.sandbox, phoneNumber)).toBe(5)
    })

    it('ends with its time, though the same code was resent shortly before (SR-C06, SR-C16)', async () => {
      const phoneNumber = newNumber()
      const verificationId = await sent(phoneNumber, 'brief')
      const pin = pinOf(phoneNumber)
      const { body: first } = await page.status(verificationId)
      await wait((BRIEF - 3) * 1000)
      const resent = await page.resend(verificationId)
      expect(resent.body.expiresAt).toBe(first.expiresAt)
      expect(pinOf(phoneNumber)).toBe(pin)
      const state = async () => (await page.status(verificationId)).body.state
      await expect.poll(state).toBe('expired')
      expect((await page.check(verificationId, pin)).body.code).toBe('verification_expired')
      expect((await page.resend(verificationId)).body.code).toBe('verification_expired')
      expect((await page.token(verificationId)).body.code).toBe('verification_not_found')
      expect([checksOf(instances.sandbox, phoneNumber), sends(phoneNumber)]).toEqual([0, 2])
    })
  })
}
