import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestServer, testSite } from '../test/harness.js'

const ATTEMPTS = 5

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({
    sites: [testSite({ attempts: ATTEMPTS, resendCooldowns: [1, 1, 1, 1] })],
  })
})
afterEach(() => server.stop())

/** What Infobip may say of a code: as it would, or whatever else comes. */
const said = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 400, 401, 403, 404, 429, 500),
  body: fc.record(
    {
      verified: fc.constantFrom<unknown>(false, false, false, 'true', 1, null),
      pinError: fc.constantFrom<unknown>('WRONG_PIN', 'WRONG_PIN', 'NO_MORE_PIN_ATTEMPTS', 'NEW_WORD', null),
      attemptsRemaining: fc.constantFrom<unknown>(-1, 0, 1, 2, 3, 4, 5, 9, 1e21, 2.5, '4', null),
    },
    { requiredKeys: [] },
  ),
})

const event = fc.oneof(
  { arbitrary: fc.record({ what: fc.constant('check' as const), said: fc.option(said) }), weight: 4 },
  { arbitrary: fc.record({ what: fc.constantFrom('resend' as const, 'status' as const) }), weight: 2 },
)

it('attempts that are told never rise, nor above what this server has left (SR-C12)', async () => {
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), async (events) => {
      const phoneNumber = `+1202555${String(1000 + runs++)}`
      const { verificationId } = (await server.start({ phoneNumber })).body
      let least = ATTEMPTS
      let looked = 0
      for (const one of events) {
        server.advance(2)
        if (one.what === 'check') {
          if (one.said) arm(one.said)
          // Refused before the code was looked at: the attempt is given back.
          const unseen = one.said && [401, 403, 429].includes(one.said.status)
          const before = server.asked('/verify')
          const answer = await server.check(verificationId, server.wrongCode(phoneNumber))
          server.sandbox.disarm()
          if (!unseen) looked += server.asked('/verify') - before
          expect(answer.status).toBeGreaterThanOrEqual(400)
          tell(answer.body.attemptsRemaining)
        } else tell((await server[one.what](verificationId)).body.attemptsRemaining)
      }

      function tell(told: number | undefined): void {
        if (told === undefined) return
        expect(Number.isInteger(told) && told >= 0, String(told)).toBe(true)
        expect(told).toBeLessThanOrEqual(Math.min(least, ATTEMPTS - looked))
        least = told
      }
    }),
    { numRuns: 60 },
  )
})

function arm({ status, body }: { status: number; body: object }): void {
  const headers = { 'Content-Type': 'application/json' }
  server.sandbox.arm({ kind: 'respond', operation: 'verify', status, headers, body: JSON.stringify(body) })
}
