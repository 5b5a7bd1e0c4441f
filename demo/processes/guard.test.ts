import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { PROGRAM } from './built.js'
import { ORIGIN, startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'

/** Some calls at once, as many as the machine answers in time. */
const ABREAST = 50

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
    }, 60_000)
    afterAll(async () => {
      await instances.stop()
      await closeStore()
    })

    const someAddress = () => `2001:db8:${(++callers).toString(16)}::1`

    /** Asks for codes for the numbers, from an address of its own each, some at a time. */
    async function startAll(phoneNumbers: readonly string[], addresses = instances.addresses.slice(0, 3)) {
      const start = (phoneNumber: string, n: number) =>
        fetch(addresses[n % addresses.length]! + PATHS.start, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Origin: ORIGIN, 'X-Forwarded-For': someAddress() },
          body: JSON.stringify({ sitekey: 'shop', phoneNumber }),
        }).then((answer) => answer.text())
      for (let n = 0; n < phoneNumbers.length; n += ABREAST) {
        await Promise.all(phoneNumbers.slice(n, n + ABREAST).map(start))
      }
    }

    it('send one message for a thousand starts of one number (SR-D02)', async () => {
      const number = '+12025550100'
      await startAll(Array<string>(1000).fill(number))
      expect(instances.sandbox.messages(number)).toHaveLength(1)
    }, 120_000)

    it('send three to a range of numbers that nobody has proven, whoever asks (SR-K01)', async () => {
      const before = instances.sandbox.messages().length
      await startAll(Array.from({ length: 300 }, (_, n) => `+1213555${1000 + n}`))
      expect(instances.sandbox.messages().length - before).toBe(3)
    }, 120_000)

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
    }, 60_000)

    it('take whoever connects for the client, whatever is written in a header (SR-D11)', async () => {
      const before = instances.sandbox.messages().length
      const numbers = Array.from({ length: 300 }, (_, n) => `+1312${200 + Math.floor(n / 2)}555${n % 10}`)
      await startAll(numbers, instances.addresses.slice(3))
      // The credit of one address.
      expect(instances.sandbox.messages().length - before).toBe(6)
    }, 120_000)
  })
}
