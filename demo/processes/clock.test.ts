import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MIDNIGHT_PATIENCE, pastMidnight } from '../../server/test/midnight.js'
import { HAS_FAKETIME, systemClock, type SystemClock } from './clock.js'
import { end } from './built.js'
import { startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'
import { check, redeem, resend, start } from './calls.js'
import { wrongCode } from './visitor.js'

/** Seconds, less than five minutes: a clock that was believed would end them, or never let them begin. */
const SITE = { codeLifetime: 240, resendCooldowns: [200, 200], checkInterval: 60 }

/** Seconds by which the times in a token may differ from the right ones: no more than the test takes. */
const MOMENT = 60

/** How many messages the test asks for: the site's budget of a day, exactly. */
const MESSAGES = 16

for (const { name, isHere, open } of STORES) {
  const title = `four processes on one ${name} store, one of which has its clock set by five minutes`
  describe.skipIf(!isHere || !HAS_FAKETIME)(HAS_FAKETIME ? title : `${title} (not run: no faketime)`, () => {
    let instances: Instances
    let clock: SystemClock
    let folder: string
    let closeStore: () => Promise<void>
    let numbers = 0
    beforeAll(() => pastMidnight(), MIDNIGHT_PATIENCE)
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'otp-verify-clock-'))
      clock = await systemClock(folder)
      const { address, close } = await open()
      closeStore = close
      instances = await startInstances(4, address, {
        // Strangers have seven tenths of it.
        site: { ...SITE, dailyBudget: Math.floor(MESSAGES / 0.7) },
        env: (index) => (index === 0 ? clock.env : {}),
      })
    })
    afterAll(async () => {
      await instances.stop()
      await closeStore()
      await rm(folder, { recursive: true })
    })

    async function begin(address: string) {
      const phoneNumber = `+1202555${1000 + numbers++}`
      const { status, body } = await start(address, phoneNumber)
      expect({ status, body }).toMatchObject({ status: 201 })
      const [message] = instances.sandbox.messages(phoneNumber)
      return { verificationId: body['verificationId'], pin: message!.pin }
    }

    /** Expects of what begins at one what would be decided at any, whichever is asked. */
    async function expectRightDecisions(one: string, other: string): Promise<void> {
      const failing = await begin(one)
      const guess = () => check(other, failing.verificationId, wrongCode(failing.pin))
      expect((await guess()).body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 })
      expect((await guess()).body).toMatchObject({ code: 'rate_limited' })
      expect((await resend(other, failing.verificationId)).body).toMatchObject({ code: 'resend_too_soon' })

      const { verificationId, pin } = await begin(one)
      const { status, body } = await check(other, verificationId, pin)
      expect(status).toBe(200)
      const { iat, exp } = decodeJwt(String(body['token']))
      expect(Math.abs(iat! - Date.now() / 1000)).toBeLessThan(MOMENT)
      expect(new Date(exp! * 1000).toISOString()).toBe(body['expiresAt'])
      expect(await redeem(one, body['token'])).toMatchObject({ success: true })
      expect(await redeem(other, body['token'])).toMatchObject({ success: false })
    }

    it('decide alike on expiry, cooldowns, intervals, tokens and the budget (SR-D24)', async () => {
      const [odd, right] = instances.addresses as [string, string]
      for (const minutes of [5, -5]) {
        await clock.set(minutes)
        await expectRightDecisions(odd, right)
        await expectRightDecisions(right, odd)
        await end(instances.children[0]!)
        await instances.restart(0)
        await expectRightDecisions(odd, right)
        await expectRightDecisions(right, odd)
      }
      for (const address of instances.addresses) {
        expect((await start(address, '+12025559000')).body).toMatchObject({ code: 'cannot_send' })
      }
    })
  })
}
