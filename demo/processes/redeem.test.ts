import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { jwtIssuer, type Issuer } from '../../server/token/issuer.js'
import { readKeyFile } from '../../server/token/key-file.js'
import { signingKeys } from '../../server/token/keys.js'
import { SECRET, startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'

/** `npm run soak` asks for the whole of it. */
const SOAK = process.env['SOAK'] === '1'

/** Tokens that are redeemed at the same time. */
const ABREAST = SOAK ? 1 : 10

const DUPLICATE = { success: false, 'error-codes': ['timeout-or-duplicate'] }

for (const { name, isHere, open } of STORES) {
  describe.skipIf(!isHere)(`redeeming a token at four processes on one ${name} store`, () => {
    let instances: Instances
    let issuer: Issuer
    let closeStore: () => Promise<void>
    beforeAll(async () => {
      const { address, close } = await open()
      closeStore = close
      instances = await startInstances(4, address)
      const keys = await signingKeys(await readKeyFile(instances.keyFile), Date.now)
      issuer = jwtIssuer(instances.issuer, keys, randomBytes)
    })
    afterAll(async () => {
      await instances.stop()
      await closeStore()
    })

    /** A token as the server issues it, for a verification of its own. */
    async function mint(): Promise<string> {
      const { token } = await issuer.issue(
        { audience: 'shop', offline: true },
        {
          ...{ subject: randomBytes(16).toString('base64url'), verifiedAt: Date.now(), channel: 'sms' },
          ...{ country: 'US', origin: 'https://shop.example' },
        },
        '+12025550123',
        Date.now(),
      )
      return token
    }

    /**
     * Redeems as a backend does that asks again, under its key, when the server had too much to do to tell, or closed the
     * connection as it was used again.
     */
    async function insist(response: string): Promise<SiteverifyAnswer> {
      const idempotency_key = randomUUID()
      for (;;) {
        const answer = await redeem(response, { idempotency_key }).catch(() => undefined)
        if (!answer) continue
        if (answer.success || !answer['error-codes'].includes('internal-error')) return answer
      }
    }

    async function redeem(response: string, more: object = {}): Promise<SiteverifyAnswer> {
      const body = new URLSearchParams({ secret: SECRET, response, ...more })
      return (await (
        await instances.fetch(PATHS.siteverify, { method: 'POST', body })
      ).json()) as SiteverifyAnswer
    }

    function times<T>(count: number, call: () => Promise<T>): Promise<T[]> {
      return Promise.all(Array.from({ length: count }, call))
    }

    it('succeeds for one of five hundred at once (SR-A12)', async () => {
      const token = await mint()
      const all = await times(500, () => insist(token))
      expect(all.filter(({ success }) => success)).toHaveLength(1)
      for (const answer of all.filter(({ success }) => !success)) expect(answer).toEqual(DUPLICATE)
    })

    it(
      'succeeds a thousand times for a thousand tokens, however many try (SR-A12)',
      async () => {
        const attempts = SOAK ? 500 : 4
        let successes = 0
        for (let n = 0; n < 1000; n += ABREAST) {
          const tokens = await times(ABREAST, mint)
          const all = await Promise.all(
            tokens.flatMap((token) => Array.from({ length: attempts }, () => insist(token))),
          )
          successes += all.filter(({ success }) => success).length
        }
        expect(successes).toBe(1000)
      },
      SOAK ? 3_600_000 : 120_000,
    )

    it('gives fifty retries under one key the same answer, and another key none (SR-A13)', async () => {
      const token = await mint()
      const idempotency_key = randomUUID()
      const all = await times(50, () => redeem(token, { idempotency_key }))
      expect(new Set(all.map((answer) => JSON.stringify(answer))).size).toBe(1)
      expect(all[0]).toMatchObject({ success: true })
      expect(await redeem(token, { idempotency_key: randomUUID() })).toEqual(DUPLICATE)
    })
  })
}
