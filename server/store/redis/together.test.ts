import { Redis } from 'ioredis'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Charge } from '../charge.js'
import { StoreError, StoreFullError, type Store } from '../store.js'
import { tally } from '../test/bench.js'
import { redisStore } from './redis.js'
import { HAS_REDIS_SERVER, startRedisServer, titled, type RedisServer } from './test/redis-server.js'

const HOUR = 60 * 60_000

describe.skipIf(!HAS_REDIS_SERVER)(titled('calls that are charged together'), () => {
  let redis: RedisServer
  let client: Redis
  beforeAll(async () => {
    redis = await startRedisServer()
    client = new Redis(redis.url)
    return async () => {
      client.disconnect()
      await redis.stop()
    }
  })

  let prefixes = 0
  function open(prefix = `together:${prefixes++}:`): Store {
    const store = redisStore({ url: redis.url, prefix, now: () => 1e12 })
    onTestFinished(() => store.close())
    return store
  }

  /** What is kept under a prefix, and for how many minutes. */
  async function keptUnder(prefix: string): Promise<Record<string, string>> {
    const keys = (await client.keys(`${prefix}*`)).sort()
    const entries = keys.map(async (key) => {
      const [value, milliseconds] = [await client.getBuffer(key), await client.pttl(key)]
      return [
        key.slice(prefix.length),
        `${value!.toString('hex')}, ${Math.round(milliseconds / 60_000)}`,
      ] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  /** How often a script was run. */
  async function runs(): Promise<number> {
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0)
  }

  /** Calls on different terms that draw on the same accounts, are waived by marks of one another, and are refused. */
  const calls = Array.from({ length: 50 }, (_, n): Charge[] => [
    { ...tally('site', 40, HOUR), ...(n % 7 === 3 && { waivers: ['known:1', `known:${n - 7}`] }) },
    {
      kind: 'spacing',
      key: `number:${n % 30}`,
      spans: [{ limit: 1 + (n % 2), window: HOUR }],
      ...(n % 5 === 1 && { once: { key: `known:${n}`, keep: HOUR } }),
    },
    { ...tally('refused', 3, HOUR), ...(n % 30 < 10 && { insteadOf: [`number:${n % 30}`] }) },
    { kind: 'credit', key: `range:${n % 3}`, initial: 12, refill: 0.1, overdraft: n % 4, keep: HOUR },
  ])

  it('are decided as one after the other, sixteen by one run of the script', async () => {
    const [alone, store] = [open('alone:'), open('at once:')]
    const expected = []
    for (const charges of calls) expected.push(await alone.consume(charges))
    const before = await runs()
    expect(await Promise.all(calls.map((charges) => store.consume(charges)))).toEqual(expected)
    expect((await runs()) - before).toBe(4)
    expect(await keptUnder('at once:')).toEqual(await keptUnder('alone:'))
    expect(expected.filter((one) => 'refused' in one).length).toBeGreaterThan(5)
  })

  it('are decided account by account, where several in a row have the same terms', async () => {
    const store = open()
    const waivers = ['mark']
    const limited = (...keys: string[]) => keys.map((key) => ({ ...tally(key, 1, HOUR), waivers }))
    await store.consume(limited('b'))
    const refused = { refused: 'b', left: 0, wait: HOUR }
    const all = [
      limited('a', 'b', 'c'),
      limited('a', 'c', 'd'),
      [...limited('e', 'f'), tally('g', 2, HOUR), ...limited('b')],
    ]
    const [first, second, third] = await Promise.all(all.map((charges) => store.consume(charges)))
    expect([first, second, third]).toEqual([refused, { charges: all[1], at: 1e12 }, refused])
    expect(await store.sums(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toEqual([1, 1, 1, 1, 0, 0, 0])
  })

  it('are kept apart by who is charged', async () => {
    const store = open()
    const whose = ['start', 'under way', 'operator'] as const
    const all = await Promise.all(
      [0, 1].flatMap(() => whose.map((by) => store.consume([tally('key', 5, HOUR)], by))),
    )
    expect(all.filter((one) => 'charges' in one)).toHaveLength(5)
  })

  it('fail alone, where Redis holds for one of them what no server wrote', async () => {
    const prefix = 'together:foreign:'
    const store = open(prefix)
    await client.set(`${prefix}{n}:foreign`, 'x')
    const charged = ['before', 'foreign', 'after'].map((key) => store.consume([tally(key, 1, HOUR)]))
    const [before, foreign, after] = await Promise.allSettled(charged)
    expect([before!.status, after!.status]).toEqual(['fulfilled', 'fulfilled'])
    expect(foreign).toMatchObject({ reason: expect.any(StoreError) as unknown })
    expect(await store.sums(['before', 'after'])).toEqual([1, 1])
  })

  it('are each told their own error where all fail', async () => {
    const prefix = 'together:errors:'
    const store = open(prefix)
    await client.set(`${prefix}{n}:foreign`, 'x')
    await client.config('SET', 'maxmemory', '1')
    onTestFinished(async () => void (await client.config('SET', 'maxmemory', '0')))
    const charged = ['foreign', 'full'].map((key) => store.consume([tally(key, 1, HOUR)]))
    const [foreign, full] = await Promise.allSettled(charged)
    expect(foreign).not.toMatchObject({ reason: expect.any(StoreFullError) as unknown })
    expect(full).toMatchObject({ reason: expect.any(StoreFullError) as unknown })
  })

  it('are refused by a full Redis too, which then has no room for what counts refusals', async () => {
    const store = open()
    const spent = tally('refused already', 1, HOUR)
    await store.consume([spent])
    await client.config('SET', 'maxmemory', '1')
    onTestFinished(async () => void (await client.config('SET', 'maxmemory', '0')))
    const counting: Charge = { ...tally('refusals', 9, HOUR), insteadOf: [spent.key] }
    expect(await store.consume([counting, spent])).toMatchObject({ refused: spent.key })
  })

  it('of credit that a mark favours by nothing stop at what is held', async () => {
    const store = open()
    const credit = (overdraft: number): Charge => ({
      ...{ kind: 'credit', key: 'favoured', initial: 1, refill: 1, keep: HOUR, overdraft: 5 },
      favoured: { marks: ['known'], overdraft },
    })
    await store.consume([{ ...tally('once', 9, HOUR), once: { key: 'known', keep: HOUR } }])
    await store.consume([credit(0)])
    expect(await store.consume([credit(0)])).toMatchObject({ refused: 'favoured' })
    expect(await store.consume([credit(1)])).toHaveProperty('charges')
  })

  it('are told that Redis is full, and whoever is refused the reason all the same', async () => {
    const store = open()
    await store.consume([tally('spent', 1, HOUR)])
    await client.config('SET', 'maxmemory', '1')
    onTestFinished(async () => void (await client.config('SET', 'maxmemory', '0')))
    const full = { reason: expect.any(StoreFullError) as unknown }
    const charge = (keys: string[]) =>
      Promise.allSettled(keys.map((key) => store.consume([tally(key, 1, HOUR)])))
    expect(await charge(['one', 'spent', 'another'])).toMatchObject([
      full,
      { value: { refused: 'spent' } },
      full,
    ])
    expect(await charge(['one', 'another'])).toMatchObject([full, full])
    expect(await store.consume([tally('one', 1, HOUR)], 'under way')).toHaveProperty('charges')
  })
})
