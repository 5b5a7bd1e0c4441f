import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { CONVERSION, WIDENING } from '../../server/site/policy.js'
import { PROGRAM } from './built.js'
import { ORIGIN, startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'

/** Some calls at once, as many as the machine answers in time. */
const ABREAST = 50

const SOAK = process.env['SOAK'] === '1'

for (const { name, isHere, open } of STORES) {
  describe.skipIf(!isHere)(`four processes that guard what they send, on one ${name} store`, () => {
    let instances: Instances
    let closeStore: () => Promise<void>
    let callers = 0
    beforeAll(async () => {
      const { address, close } = await open()
      closeStore = close
      instances = await startInstances(4, address, {
        site: { guard: 'enforce', resendCooldowns: [30] },
        // The last one is reached without a proxy.
        env: (index): Record<string, string> => (index < 3 ? { OTP_TRUST_PROXY: '1' } : {}),
      })
    })
    afterAll(async () => {
      await instances.stop()
      await closeStore()
    })

    const someAddress = () => `2001:db8:${(++callers).toString(16)}::1`

    /** Asks for codes for the numbers, from an address of its own each, some at a time. */
    async function startAll(phoneNumbers: readonly string[], addresses = instances.addresses.slice(0, 3)) {
      const begun: { phoneNumber: string; verificationId: string }[] = []
      const start = async (phoneNumber: string, n: number) => {
        const { verificationId } = await post(addresses[n % addresses.length]!, PATHS.start, {
          ...{ sitekey: 'shop', phoneNumber },
        })
        if (verificationId !== undefined) begun.push({ phoneNumber, verificationId })
      }
      for (let n = 0; n < phoneNumbers.length; n += ABREAST) {
        await Promise.all(phoneNumbers.slice(n, n + ABREAST).map(start))
      }
      return begun
    }

    async function post(address: string, path: string, body: object): Promise<{ verificationId?: string }> {
      const answer = await fetch(address + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: ORIGIN, 'X-Forwarded-For': someAddress() },
        body: JSON.stringify(body),
      })
      return (await answer.json()) as { verificationId?: string }
    }

    it('send one message for a thousand starts of one number (SR-D02)', async () => {
      const number = '+12025550100'
      await startAll(Array<string>(1000).fill(number))
      expect(instances.sandbox.messages(number)).toHaveLength(1)
    })

    it('send three to a range of numbers that nobody has proven, whoever asks (SR-K01)', async () => {
      const before = instances.sandbox.messages().length
      await startAll(Array.from({ length: 300 }, (_, n) => `+1213555${1000 + n}`))
      expect(instances.sandbox.messages().length - before).toBe(3)
    })

    it('send as many more as proven numbers earn, and no more, whichever of them is asked (SR-K01)', async () => {
      for (let range = 0; range < (SOAK ? 50 : 3); range++) {
        const inRange = (n: number) => `+1214${200 + range}${String(1000 + n)}`
        const sentSoFar = () =>
          instances.sandbox.messages().filter(({ to }) => to.startsWith(inRange(0).slice(0, -4))).length
        let proven = 0
        for (let round = 0; round < 6; round++) {
          const numbers = Array.from({ length: 30 }, (_, n) => inRange(100 * round + n))
          const begun = await startAll(numbers)
          // What the range may hold, however much was paid in.
          expect(begun.length).toBeLessThanOrEqual(3 + WIDENING * proven)
          // Whichever was first: two of three enter their code, at another server than the one that sent it.
          const entering = begun.filter((_, n) => n % 3 !== round % 3)
          await Promise.all(
            entering.map(async ({ phoneNumber, verificationId }, n) => {
              const code = instances.sandbox.messages(phoneNumber).at(-1)!.pin
              const answer = await post(instances.addresses[n % 3]!, PATHS.check, { verificationId, code })
              if ('token' in answer) proven++
            }),
          )
          expect(sentSoFar()).toBeLessThanOrEqual(3 + (1 + CONVERSION.most) * proven + 1e-6)
        }
        expect(proven).toBeGreaterThan(3)
        expect(sentSoFar()).toBeGreaterThan(6)
      }
    }, 600_000)

    it('send nothing any more once the operator has paused it, without a restart (SR-I10)', async () => {
      const operate = (command: string) =>
        promisify(execFile)(
          process.execPath,
          [PROGRAM, command, '--country', 'US', '--config', 'config.json'],
          {
            cwd: instances.folder,
            env: { PATH: process.env['PATH'] },
          },
        )
      const numbers = [201, 302, 401, 501].map((code) => `+1${code}5550123`)
      const before = instances.sandbox.messages().length
      await operate('pause')
      await startAll(numbers)
      expect(instances.sandbox.messages().length - before).toBe(0)
      await operate('resume')
      await startAll(numbers)
      expect(instances.sandbox.messages().length - before).toBe(4)
    })

    it('take whoever connects for the client, whatever is written in a header (SR-D11)', async () => {
      const before = instances.sandbox.messages().length
      const numbers = Array.from({ length: 300 }, (_, n) => `+1312${200 + Math.floor(n / 2)}555${n % 10}`)
      await startAll(numbers, instances.addresses.slice(3))
      // Five different numbers of one address; the sixth takes a challenge.
      expect(instances.sandbox.messages().length - before).toBe(5)
    })
  })
}
