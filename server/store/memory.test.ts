import { expect, it } from 'vitest'
import { MEMORY_LIMITS } from './limits.js'
import { memoryStore } from './memory.js'
import type { VerificationTerms } from './store.js'
import { describeStore } from './test/conformance.js'

describeStore('memory', async () => {
  let time = Date.UTC(2026, 0, 1)
  const store = memoryStore({ now: () => time })
  return {
    store,
    advance: (milliseconds) => (time += milliseconds),
    another: async () => store,
    close: () => store.close(),
  }
})

const terms: VerificationTerms = { channel: 'sms', lifetime: 300_000, attempts: 5, cooldowns: [] }
const facts = (id: string) => ({
  ...{ id, slot: `${id}-slot`, phoneDigest: 'd', sitekey: 's', origin: 'o', country: 'US' },
})

it('refuses new verifications when it is full and evicts nobody (SR-D20)', async () => {
  let time = 0
  const store = memoryStore({ now: () => time, capacity: 10 })
  for (let n = 0; n < 10; n++) await store.add(facts(`id-${n}`), terms, 1000)
  expect(await store.add(facts('one-more'), terms, 1000)).toBe('full')
  expect(await store.get('id-0')).toBeDefined()
  await expect(
    Promise.all(Array.from({ length: 11 }, (_, n) => store.claim(`key-${n}`, 'holder', 1000))),
  ).rejects.toThrow('full')
  time += 900_001
  expect(await store.add(facts('later'), terms, 1000)).not.toBe('full')
})

it('holds 200000 keys of a kind and 64 MiB unless it is told otherwise, whoever floods it (SR-D20)', async () => {
  expect(MEMORY_LIMITS).toEqual({ capacity: 200_000, bytes: 64 * 2 ** 20 })
  const roomy = memoryStore({ now: () => 0, bytes: 2 ** 30 })
  let keys = 0
  while (keys < 250_000 && (await roomy.claim(`key-${keys}`, 'holder', 1000).catch(() => false))) keys++
  expect(keys).toBe(200_000)
  const plain = memoryStore({ now: () => 0 })
  let verifications = 0
  while (verifications < 50_000 && (await plain.add(facts(`id-${verifications}`), terms, 1000)) !== 'full')
    verifications++
  // Short ones: some 1100 bytes each of the half that starts may fill.
  expect(verifications).toBeGreaterThan(25_000)
  expect(verifications).toBeLessThan(35_000)
})
