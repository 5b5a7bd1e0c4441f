import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type AltchaChallenge, type Problem } from '../../contract/index.js'
import { answerOf, solved } from '../../server/challenge/test/solve.js'
import { ORIGIN, startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'

/** Starts at once, as many as the machine answers in time. */
const ABREAST = 25

for (const { name, isHere, open } of STORES) {
  describe.skipIf(!isHere)(`challenges of four processes on one ${name} store`, () => {
    let instances: Instances
    let closeStore: () => Promise<void>
    beforeAll(async () => {
      const { address, close } = await open()
      closeStore = close
      instances = await startInstances(4, address)
    })
    afterAll(async () => {
      await instances.stop()
      await closeStore()
    })

    async function post(path: string, body: object): Promise<unknown> {
      const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
      const answer = await instances.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
      return answer.json()
    }

    it('are solved once: of a hundred starts with one solution, one is let through (SR-K14)', async () => {
      const purpose = { sitekey: 'shop', phoneNumber: '+14155550123' }
      const issued = (await post(PATHS.challenges, purpose)) as AltchaChallenge
      const challenge = answerOf(await solved(issued))
      const codes: string[] = []
      for (let n = 0; n < 100; n += ABREAST) {
        const starts = Array.from({ length: ABREAST }, () => post(PATHS.start, { ...purpose, challenge }))
        codes.push(
          ...(await Promise.all(starts)).map((answer) => (answer as Partial<Problem>).code ?? 'sent'),
        )
      }
      expect(codes.filter((code) => code === 'sent')).toHaveLength(1)
      // The last is what a machine says that has too much to do.
      const known = ['sent', 'challenge_failed', 'service_unavailable']
      expect(codes.filter((code) => !known.includes(code))).toEqual([])
      expect(instances.sandbox.messages()).toHaveLength(1)
    })
  })
}
