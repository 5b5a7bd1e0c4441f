import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Charge } from '../charge.js'
import type { Store } from '../store.js'
import { facts, PATIENCE, taken, tally, terms } from '../test/bench.js'
import { REFUSED_AN_HOUR } from '../limits.js'
import { describeStore } from '../test/conformance.js'
import { describeModel } from '../test/model-conformance.js'
import { redisStore, type RedisStoreOptions } from './redis.js'
import { freshStores, RUN } from './test/fresh-stores.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

const DAY = 24 * 60 * 60_000
const given = process.env['REDIS_URL']
const runs = HAS_REDIS_SERVER || given !== undefined

describe.skipIf(!runs)(titled('over a real Redis', runs), () => {
  let url: string
  let client: Redis
  beforeAll(async () => {
    const server = given === undefined ? await startRedisServer() : undefined
    url = given ?? server!.url
    client = new Redis(url)
    return async () => {
      for (const key of await client.keys(`${RUN}*`)) await client.del(key)
      client.disconnect()
      await server?.stop()
    }
  })

  const fresh = freshStores(() => url)
  describeStore('redis', fresh)
  describeModel('redis', fresh)

  let prefixes = 0
  /** Stores that share their content, on the server's own clock. */
  function open(count: number, options: Partial<RedisStoreOptions> = {}): [Store, ...Store[]] {
    const prefix = `${RUN}real:${prefixes++}:`
    const stores = Array.from({ length: count }, () => redisStore({ url, prefix, ...options }))
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()))
    })
    return stores as [Store, ...Store[]]
  }

  it('tells as many sums and marks as are asked for at once', async () => {
    const [store] = open(1)
    const keys = Array.from({ length: 20_000 }, (_, n) => `k${n}`)
    const charged = { ...tally('k19999', 1, DAY), once: { key: 'k0', keep: DAY } }
    await store.consume([charged])
    expect((await store.standing(keys)).map(Number).indexOf(1)).toBe(0)
    const sums = await store.sums(keys.slice(1))
    expect([sums.length, sums.reduce((all, one) => all + one), sums.at(-1)]).toEqual([19_999, 1, 1])
  })

  it('has room for a limit of more than Lua hands over at once', async () => {
    const prefix = `${RUN}many:`
    const [store] = open(1, { prefix })
    const times = Buffer.alloc(8 * 9000)
    const before = await store.now()
    for (let n = 0; n < 9000; n++) times.writeDoubleBE(before - 9000 + n, 8 * n)
    await client.set(`${prefix}{n}:many`, times)
    const charge = (limit: number): Charge => ({
      kind: 'spacing',
      key: 'many',
      spans: [{ limit, window: DAY }],
    })
    const receipt = await store.consume([charge(9001)])
    if (!('charges' in receipt)) return expect.fail('It has no room.')
    expect(await store.consume([charge(9001)])).toMatchObject({ refused: 'many' })
    await store.refund(receipt)
    expect((await client.getBuffer(`${prefix}{n}:many`))?.equals(times)).toBe(true)
  })

  async function sent(store: Store): Promise<void> {
    await store.add(facts(), terms(), PATIENCE)
    await store.recordSend('id-1', 'ref-1', 'sms')
  }

  it('acknowledges no more attempts than allowed when two hundred ask over four connections (SR-C03)', async () => {
    const stores = open(4)
    await sent(stores[0])
    const acknowledged = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const store = stores[n % 4]!
        for (;;) {
          const reserved = await store.reserveAttempt('id-1', 0, PATIENCE)
          if ('lease' in reserved) return store.settleAttempt('id-1', reserved.lease, { as: 'incorrect' })
          if (reserved.refused !== 'busy') return undefined
        }
      }),
    )
    expect(acknowledged.filter((one) => one !== undefined)).toHaveLength(3)
  })

  it('raises a counter to its limit when a thousand ask over four connections (SR-D02)', async () => {
    const stores = open(4)
    const charges = [tally('number', 3, 60_000), tally('site', 1000, 60_000)]
    const all = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => taken(stores[n % 4]!.consume(charges))),
    )
    expect(all.filter(Boolean)).toHaveLength(3)
  })

  it('decides by the clock of Redis, whatever that of the machine says (SR-D24)', async () => {
    const [store] = open(1)
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const right = Date.now()
    vi.setSystemTime(right - 5 * 60_000)
    await sent(store)
    const charge = tally('number', 1, 60_000)
    await store.consume([charge])
    await store.claim('ticket', 'holder', 60_000)
    vi.setSystemTime(right + 5 * 60_000)
    const { state, expiresAt } = (await store.get('id-1'))!
    expect(state).toBe('sent')
    expect(Math.abs(expiresAt - right - terms().lifetime)).toBeLessThan(60_000)
    expect(await store.reserveResend('id-1')).toMatchObject({ refused: 'too_soon' })
    expect(await taken(store.consume([charge]))).toBe(false)
    expect(await store.isClaimed('ticket')).toBe(true)
    expect(Math.abs((await store.now()) - right)).toBeLessThan(60_000)
    expect(Math.abs((await store.recent()) - right)).toBeLessThan(60_000)
    expect(Math.abs((await store.recent()) - right)).toBeLessThan(60_000)
  })

  it('keeps every fact as it was given, whether or not it can be packed', async () => {
    const [store] = open(1)
    const optional = { language: 'pt-BR', action: 'sign-up', cdata: 'a note', nonce: 'n'.repeat(17) }
    const digest = Buffer.alloc(32, 255).toString('base64url')
    for (const text of [digest, `${digest}=`, `${digest.slice(0, -1)}9`, 'a b', 'ключ\u0000', '']) {
      const given = facts({ id: '___1', slot: `___${text}`, phoneDigest: text, sitekey: text, ...optional })
      await store.add(given, terms(), PATIENCE)
      expect(await store.get('___1')).toMatchObject(given)
      await store.recordSend('___1', text, 'sms')
      expect(await store.reserveAttempt('___1', 0, PATIENCE)).toMatchObject({ reference: text })
    }
  })

  it('takes no id that does not begin like its slot', async () => {
    const [store] = open(1)
    await expect(store.add(facts({ slot: 'elsewhere' }), terms(), PATIENCE)).rejects.toThrow(TypeError)
  })

  it('forgets what is over when it adds to the same place', async () => {
    let time = 0
    const [store] = open(1, { now: () => time })
    for (let n = 0; n < 3; n++) {
      await store.add(facts({ id: `id-${n}`, slot: `id-slot-${n}` }), terms(), PATIENCE)
      time += 200_000
    }
    const [place] = await client.keys(`${RUN}real:${prefixes - 1}:*`)
    expect(await client.hlen(place!)).toBe(3)
    time += 600_000
    await store.add(facts(), terms(), PATIENCE)
    expect(new Set(await client.hkeys(place!))).toEqual(new Set(['1', '2']))
  })

  it('goes on when its scripts are flushed', async () => {
    const [store] = open(1)
    await sent(store)
    await client.script('FLUSH')
    expect(await Promise.all([store.get('id-1'), store.get('id-1')])).toMatchObject([
      { state: 'sent' },
      { state: 'sent' },
    ])
  })

  it.skipIf(given)('takes at most 400 bytes of a verification when a million are alive', async () => {
    const [store] = open(1)
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1])
    const digest = (text: string) => createHash('sha256').update(text).digest('base64url')
    async function start(n: number, places: number): Promise<void> {
      const place = Buffer.from([(n % places) >> 8, n % places]).toString('base64url')
      const [id, slot] = [`id ${n}`, `slot ${n}`].map((text) => place + digest(text).slice(3))
      const optional = { language: 'en', action: 'signup', nonce: digest(id!).slice(0, 22) }
      await store.add(
        facts({ id: id!, slot: slot!, phoneDigest: digest(slot!), ...optional }),
        terms(),
        PATIENCE,
      )
      await store.recordSend(id!, digest(id!).slice(0, 32), 'sms')
    }
    const COUNT = 10_000
    const before = await used()
    for (let n = 0; n < COUNT; n += 100) {
      // As crowded as the 64 ** 3 places are when there are a million.
      await Promise.all(
        Array.from({ length: 100 }, (_, i) => start(n + i, Math.floor((COUNT * 64 ** 3) / 1e6))),
      )
    }
    expect((await used()) - before).toBeLessThan(400 * COUNT)
  })

  it('keeps an account until it is over, however often it is charged and whatever is said anew', async () => {
    const began = Date.UTC(2026, 0, 1)
    let time = began
    const [store] = open(1, { now: () => time })
    const prefix = `${RUN}real:${prefixes - 1}:`
    const life = 10 * 60_000
    const charges: Charge[] = [
      tally('tally', 99, 100 * 60_000),
      { ...tally('streak', 99, life), renews: true },
      { kind: 'spacing', key: 'spacing', spans: [{ limit: 99, window: life }] },
      { kind: 'credit', key: 'credit', initial: 99, refill: 1, overdraft: 0, keep: life },
    ]
    const left = new Map<string, number[]>()
    for (let turn = 0; turn < 12; turn++) {
      expect(await taken(store.consume(charges))).toBe(true)
      for (const key of await client.keys(`${prefix}*`)) {
        const name = key.split(':').at(-1)!
        const milliseconds = await client.pttl(key)
        left.set(name, [...(left.get(name) ?? []), milliseconds - (name === 'tally' ? began - time : 0)])
        // The clock of Redis is not turned, so what it holds is.
        await client.pexpire(key, milliseconds - 20_000)
      }
      time += 20_000
    }
    for (const [name, times] of left) {
      const counts = name === 'tally' ? 100 * 60_000 : life
      expect(Math.min(...times), name).toBeGreaterThan(counts + 20_000)
      expect(
        times.some((one) => one < counts + 50_000),
        name,
      ).toBe(name === 'spacing' || name === 'credit')
    }
    expect([...left.values()].map(({ length }) => length)).toEqual([12, 12, 12, 12])
  })

  it('keeps of a spacing only the charges that still count (SR-D21)', async () => {
    let time = 0
    const [store] = open(1, { now: () => time })
    const charge: Charge = { kind: 'spacing', key: 'spacing', spans: [{ limit: 2, window: 1000 }] }
    for (let n = 0; n < 200; n++, time += 500) expect(await taken(store.consume([charge]))).toBe(true)
    expect(await client.strlen(`${RUN}real:${prefixes - 1}:{n}:spacing`)).toBe(2 * 8)
  })

  it('opens accounts for refused calls only while few were opened within the hour (SR-D20)', async () => {
    const [store] = open(1)
    const opened = `${RUN}real:${prefixes - 1}:{n}:opened`
    const refuse = (caller: string) =>
      store.consume([{ ...tally(caller, 9, DAY), insteadOf: ['shut'] }, tally('shut', 0, DAY)])
    await refuse('first')
    expect(await client.get(opened)).toBe('1')
    expect(await client.pttl(opened)).toBeLessThanOrEqual(61 * 60_000)
    await client.set(opened, String(REFUSED_AN_HOUR - 1), 'PX', 60_000)
    for (const caller of ['first', 'second', 'third', 'second']) {
      expect(await refuse(caller)).toMatchObject({ refused: 'shut' })
    }
    expect(await store.sums(['first', 'second', 'third'])).toEqual([2, 2, 0])
    expect(await client.get(opened)).toBe(String(REFUSED_AN_HOUR))
    // The hour is that of the first.
    expect(await client.pttl(opened)).toBeLessThanOrEqual(60_000)
    expect(await client.pttl(opened)).toBeGreaterThan(0)
  })

  it('leaves no key without its prefix and without an end within 90 days (SR-D22)', async () => {
    const [store] = open(1)
    await sent(store)
    await store.claim('claim', 'holder', 200 * DAY)
    await store.begin('call', 'holder', 1000)
    await store.complete('another call', 'holder', 'answer', 1000)
    await store.consume([tally('counter', 1, 90 * DAY)])
    await store.announce('group', 'member', 'value', 1000)
    const keys = await client.keys(given === undefined ? '*' : `${RUN}*`)
    expect(new Set(keys.map((key) => /:([^:]+):[^:]+$/.exec(key)![1]))).toEqual(
      new Set(['v', 'c', 'i', 'a', '{n}']),
    )
    for (const key of keys) {
      expect(key.startsWith(RUN)).toBe(true)
      const left = await client.pttl(key)
      // What a test before has left may have ended meanwhile.
      if (left === -2) continue
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThanOrEqual(90 * DAY)
    }
  })
})
