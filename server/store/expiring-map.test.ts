import { randomBytes } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { setFlagsFromString } from 'node:v8'
import { expect, it, onTestFinished } from 'vitest'
import { ExpiringMap, Room } from './expiring-map.js'
import { PARTS } from './limits.js'
import { memoryStore } from './memory.js'
import { StoreFullError, type Store } from './store.js'
import { facts, PATIENCE, taken, tally, terms } from './test/bench.js'

/** `npm run soak` asks for the whole of it. */
const RECORDS = process.env['SOAK'] === '1' ? 10_000_000 : 300_000
const DAY = 24 * 60 * 60_000
const MEGABYTE = 2 ** 20

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** Counts what is seen in passes over maps from now on, in this test. */
function countLooks(): () => number {
  const iterate = Map.prototype[Symbol.iterator]
  let looks = 0
  Map.prototype[Symbol.iterator] = function* counted(this: Map<unknown, unknown>) {
    for (const entry of { [Symbol.iterator]: () => iterate.call(this) }) {
      looks++
      yield entry
    }
    return undefined
  } as typeof iterate
  onTestFinished(() => {
    Map.prototype[Symbol.iterator] = iterate
  })
  return () => looks
}

it('looks at each entry a few times at most to find what is over, however slowly they come (SR-D21)', () => {
  let time = 0
  const looks = countLooks()
  const map = new ExpiringMap<number>(new Room(2 ** 30, () => time), { capacity: 200_000, sizeOf: () => 8 })
  for (let n = 0; n < 50_000; n++) {
    time += 10_000
    map.set(`key ${n}`, n, time + DAY, PARTS.start)
  }
  expect(map.entries().length).toBe(DAY / 10_000)
  expect(looks()).toBeLessThan(3 * 50_000)
})

it('looks for room once a second at most while it is full (SR-D21)', () => {
  let time = 0
  const looks = countLooks()
  const map = new ExpiringMap<number>(new Room(2 ** 30, () => time), { capacity: 1000, sizeOf: () => 8 })
  for (let n = 0; n < 1000; n++) map.set(`key ${n}`, n, 10_000, PARTS.start)
  let refused = 0
  for (let n = 0; n < 50_000; n++) {
    time = Math.floor(n / 10)
    if (!map.set(`more ${n}`, n, DAY, PARTS.start)) refused++
  }
  expect(refused).toBe(50_000)
  expect(looks()).toBeLessThanOrEqual(6000)
  time = 10_000
  expect(map.set('another', 1, DAY, PARTS.start)).toBe(true)
})

it(
  `takes no more memory after ${RECORDS} records than after some thousands (SR-D21)`,
  { timeout: RECORDS / 10 },
  async () => {
    let time = 0
    const store = memoryStore({ now: () => time })
    async function come(from: number, to: number): Promise<void> {
      for (let n = from; n < to; n += 20) {
        // Some hundreds of each kind are alive at a time.
        time += 5000
        await store.add(facts({ id: `id-${n}`, slot: `id-slot-${n}` }), terms(), PATIENCE)
        await store.begin(`call ${n}`, 'holder', 900_000)
        for (let key = n; key < n + 9; key++) {
          await store.claim(`key ${key}`, 'holder', 900_000)
          await store.consume([tally(`counter ${key}`, 1, 900_000)])
        }
      }
    }
    await come(0, RECORDS / 10)
    const before = heap()
    await come(RECORDS / 10, RECORDS)
    expect(heap() - before).toBeLessThan(MEGABYTE)
  },
)

/** Fills one kind of thing until there is no room. `next` makes the n-th, and says whether there was. */
const KINDS: Record<string, (store: Store, n: number, text: (bytes: number) => string) => Promise<boolean>> =
  {
    async verifications(store, n, text) {
      const id = `${text(2)}${text(32)}`
      const who = {
        id,
        slot: text(32),
        phoneDigest: text(32),
        origin: `https://${n}.example`,
        nonce: text(16),
      }
      // Where one character is beyond the first 256, V8 takes two bytes for each.
      const cdata = n % 2 ? 'кошарица'.repeat(10) : undefined
      if ((await store.add(facts({ ...who, cdata, language: 'hr' }), terms(), PATIENCE)) === 'full')
        return false
      await store.recordSend(id, text(24), 'sms')
      const reserved = await store.reserveAttempt(id, 0, PATIENCE)
      if ('refused' in reserved) throw new Error(reserved.refused)
      await store.settleAttempt(id, reserved.lease, { as: 'verified', proof: text(90) })
      return true
    },
    claims: (store, _, text) => store.claim(text(32), text(16), DAY),
    counters: (store, _, text) => taken(store.consume([tally(text(32), 1, DAY)])),
    async calls(store, _, text) {
      const key = text(32)
      await store.begin(key, 'holder', DAY)
      await store.complete(key, 'holder', text(1000), DAY)
      return true
    },
  }

it.each(Object.keys(KINDS))(
  '%s take no more of the heap than they are counted for (SR-D20)',
  async (kind) => {
    const bytes = 16 * MEGABYTE
    const before = heap()
    const store = memoryStore({ now: () => 0, bytes })
    const text = (size: number) => randomBytes(size).toString('base64url')
    for (let n = 0; ; n++) {
      const fits = await KINDS[kind]!(store, n, text).catch((error: Error) => {
        if (!(error instanceof StoreFullError)) throw error
      })
      if (!fits) break
    }
    const taken = heap() - before
    const part = kind === 'calls' ? 1 : PARTS.start.bytes
    expect(taken).toBeLessThan(part * bytes)
    expect(taken).toBeGreaterThan((part * bytes) / 2)
    await store.close()
  },
)

it('keeps no timer for what it holds (SR-D21)', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length
  const store = memoryStore()
  const before = timers()
  for (let n = 0; n < 1000; n++) {
    await store.add(facts({ id: `id-${n}`, slot: `id-slot-${n}` }), terms(), PATIENCE)
    await store.claim(`key ${n}`, 'holder', 900_000)
  }
  expect(timers()).toBeLessThanOrEqual(before)
})
