import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SELF_SIGNED } from '../../provider/infobip/test/self-signed.js'
import { nameOf } from '../../observe/error-name.js'
import { StoreError, type Receipt, type Store } from '../store.js'
import { facts, PATIENCE, taken, tally, terms } from '../test/bench.js'
import { redisStore, type RedisStoreOptions } from './redis.js'
import { startProxy } from './test/proxy.js'
import { HAS_REDIS_SERVER, startRedisServer, titled, type RedisServer } from './test/redis-server.js'

async function start(...how: Parameters<typeof startRedisServer>): Promise<RedisServer> {
  const server = await startRedisServer(...how)
  onTestFinished(() => server.stop())
  return server
}

function open(url: string, options: Partial<RedisStoreOptions> = {}): Store {
  const store = redisStore({ url, ...options })
  onTestFinished(() => store.close())
  return store
}

/** The server, spoken to without the store. */
function speak({ url }: RedisServer): Redis {
  const client = new Redis(url)
  onTestFinished(() => client.disconnect())
  return client
}

async function sent(store: Store, id = 'id-1', attempts = 3): Promise<void> {
  await store.add(facts({ id, slot: `${id}-slot` }), terms({ attempts }), PATIENCE)
  await store.recordSend(id, 'ref-1', 'sms')
}

const charge = tally('counter', 5, 60_000)

/** One call of each method, but for close, and for recent, which need not ask. */
const CALLS: Record<Exclude<keyof Store, 'close' | 'recent'>, (store: Store) => Promise<unknown>> = {
  now: (store) => store.now(),
  add: (store) => store.add(facts({ id: 'id-2', slot: 'id-other' }), terms(), PATIENCE),
  get: (store) => store.get('id-1'),
  recordSend: (store) => store.recordSend('id-1', 'ref-2', 'sms'),
  discard: (store) => store.discard('id-2'),
  reserveResend: (store) => store.reserveResend('id-1'),
  returnResend: (store) => store.returnResend('id-1'),
  reserveAttempt: (store) => store.reserveAttempt('id-1', 0, PATIENCE),
  settleAttempt: (store) => store.settleAttempt('id-1', 'lease', { as: 'unknown' }),
  claim: (store) => store.claim('key', 'holder', 1000),
  release: (store) => store.release('key', 'holder'),
  isClaimed: (store) => store.isClaimed('key'),
  consume: (store) => store.consume([charge]),
  refund: (store) => store.refund({ charges: [charge], at: 0 }),
  apply: (store) => store.apply({ earnings: [], marks: [{ key: 'mark', keep: 1000 }], forgotten: [] }),
  sums: (store) => store.sums(['tally']),
  standing: (store) => store.standing(['mark']),
  kept: (store) => store.kept(['mark']),
  begin: (store) => store.begin('call', 'holder', 1000),
  complete: (store) => store.complete('call', 'holder', 'answer', 1000),
  abandon: (store) => store.abandon('call', 'holder'),
  announce: (store) => store.announce('group', 'member', 'value', 1000),
  withdraw: (store) => store.withdraw('group', 'member'),
  countNumber: (store) => store.countNumber(['digest']),
  eraseNumber: (store) => store.eraseNumber(['digest']),
}

/** What each method answers: its name with `ok` or why it was refused. */
async function outcomes(store: Store): Promise<Record<string, unknown>> {
  const settled = Object.entries(CALLS).map(async ([name, call]) => [
    name,
    await call(store).then(
      () => 'ok',
      (error: Error) => error.name,
    ),
  ])
  return Object.fromEntries(await Promise.all(settled))
}

const all = (outcome: string) => Object.fromEntries(Object.keys(CALLS).map((name) => [name, outcome]))

/** Resolves once Redis is used again, without anybody having helped. */
async function recovered(store: Store): Promise<void> {
  await vi.waitFor(() => store.now(), { timeout: 10_000 })
}

describe.skipIf(!HAS_REDIS_SERVER)(titled('redis in trouble'), () => {
  it('gone: every method rejects with a StoreError; back: every method works again (SR-C15)', async () => {
    const server = await start()
    const store = open(server.url)
    await sent(store)
    await server.crash()
    expect(await outcomes(store)).toEqual(all('StoreError'))
    expect(await outcomes(store)).toEqual(all('StoreError'))
    await server.restart()
    await recovered(store)
    expect(await outcomes(store)).toEqual(all('ok'))
  })

  it('never there: every method rejects with a StoreError, and it can still be closed (SR-C15)', async () => {
    const server = await start()
    await server.stop()
    const store = redisStore({ url: server.url })
    expect(await outcomes(store)).toEqual(all('StoreError'))
    for (let n = 0; n < 5; n++) expect(await store.now().catch(nameOf)).toBe('StoreError:ECONNREFUSED')
    await store.close()
  })

  it('not there yet: works once it is there', async () => {
    const server = await start()
    await server.crash()
    const store = open(server.url)
    await expect(store.now()).rejects.toThrow(StoreError)
    await server.restart()
    await recovered(store)
  })

  it('silent: every method gives up, what never left is not done later, and it recovers (SR-C15)', async () => {
    const server = await start()
    const store = open(server.url)
    await sent(store)
    server.suspend()
    expect(await outcomes(store)).toEqual(all('StoreError'))
    await expect(store.now()).rejects.toThrow(/no answer within \d{3} ms/)
    const late = open(server.url)
    const once = [{ ...charge, key: 'late', limit: 1 }]
    await expect(late.consume(once)).rejects.toThrow(/no connection within \d{3} ms/)
    server.resume()
    await Promise.all([store, late].map(recovered))
    expect(await taken(late.consume(once))).toBe(true)
    expect(await outcomes(store)).toEqual(all('ok'))
  })

  it('silent for good: is left for whoever answers under its name', async () => {
    const [dead, heir] = [await start(), await start()]
    const proxy = await startProxy(dead.port)
    onTestFinished(() => proxy.stop())
    const store = open(proxy.url)
    await store.now()
    dead.suspend()
    proxy.target = heir.port
    await expect(store.now()).rejects.toThrow(StoreError)
    await recovered(store)
  })

  it('failed over: finds the new primary when the old one has become a replica', async () => {
    const [old, heir] = [await start(['--repl-diskless-sync-delay', '0']), await start()]
    const proxy = await startProxy(old.port)
    onTestFinished(() => proxy.stop())
    const store = open(proxy.url)
    await sent(store)
    await speak(heir).replicaof('127.0.0.1', old.port)
    await expect.poll(() => speak(heir).dbsize()).toBe(1)
    await speak(heir).replicaof('NO', 'ONE')
    await speak(old).replicaof('127.0.0.1', heir.port)
    proxy.target = heir.port
    await expect(store.claim('key', 'holder', 1000)).rejects.toThrow(/^Redis: READONLY/)
    expect(await store.claim('key', 'holder', 1000)).toBe(true)
    expect((await store.get('id-1'))?.state).toBe('sent')
  })

  it('without the replicas it is to wait for: acknowledges nothing that may not be lost (SR-C14)', async () => {
    const server = await start()
    await sent(open(server.url))
    const refused = Object.fromEntries(
      ['add', 'reserveResend', 'reserveAttempt', 'claim'].map((name) => [name, 'StoreError']),
    )
    const store = open(`${server.url}?replicas=1`)
    expect(await outcomes(store)).toEqual({ ...all('ok'), ...refused })
    const refusal = store.claim('other', 'holder', 1000)
    await expect(refusal).rejects.toThrow('0 of 1 replicas within 200 ms')
    expect(await refusal.catch(nameOf)).toBe('StoreError:NOREPLICAS')
  })

  it('full: refuses new verifications, evicts none, and takes them again when there is room (SR-D20)', async () => {
    const server = await start(['--maxmemory-policy', 'noeviction'])
    const store = open(server.url)
    await sent(store)
    await store.add(facts({ id: 'id-3', slot: 'id-third' }), terms(), PATIENCE)
    const receipt = (await store.consume([
      { ...charge, key: 'tally given back' },
      { kind: 'spacing', key: 'spacing given back', spans: [{ limit: 3, window: 60_000 }] },
      { kind: 'credit', key: 'credit given back', initial: 3, refill: 1, overdraft: 0, keep: 60_000 },
    ])) as Receipt
    expect(await speak(server).keys('*given back')).toHaveLength(3)
    await speak(server).config('SET', 'maxmemory', '1')
    expect(await store.add(facts({ id: 'id-2', slot: 'id-other' }), terms(), PATIENCE)).toBe('full')
    await expect(store.consume([charge])).rejects.toThrow(StoreError)
    await expect(store.claim('key', 'holder', 1000)).rejects.toThrow(StoreError)
    expect((await store.get('id-1'))?.state).toBe('sent')
    // Servers come and operators deny, allow and revoke.
    expect((await store.announce('servers', 'member', 'here', 1000)).size).toBe(1)
    expect(await store.claim('revoked', 'operator', 1000, 'operator')).toBe(true)
    await store.apply({ earnings: [], marks: [{ key: 'allowed', keep: 1000 }], forgotten: [] }, 'operator')
    expect(await store.standing(['allowed'])).toEqual([true])
    // Whoever is under way finishes: with a retry's answer, a resend, and the last attempt.
    expect(await store.begin('check', 'holder', 1000)).toBe('begun')
    expect(await store.consume([charge], 'under way')).toHaveProperty('charges')
    await store.refund(receipt)
    expect(await speak(server).keys('*given back')).toEqual([])
    expect(await store.reserveResend('id-1')).toMatchObject({ refused: 'too_soon' })
    for (const as of ['incorrect', 'incorrect', 'verified'] as const) {
      const reserved = await store.reserveAttempt('id-1', 0, PATIENCE)
      const lease = 'lease' in reserved ? reserved.lease : ''
      expect(await store.settleAttempt('id-1', lease, { as, proof: 'sealed' })).toBeDefined()
    }
    expect((await store.get('id-1'))?.proof).toBe('sealed')
    await store.complete('check', 'holder', 'answer', 1000)
    expect(await store.begin('check', 'holder', 1000)).toEqual({ answer: 'answer' })
    expect(await store.recordSend('id-3', 'ref-1', 'sms')).toBe(true)
    await speak(server).config('SET', 'maxmemory', '0')
    expect(await store.add(facts({ id: 'id-2', slot: 'id-other' }), terms(), PATIENCE)).toMatchObject({
      id: 'id-2',
    })
  })

  it('killed in the middle of a burst: no more attempts are acknowledged than allowed (SR-C13)', async () => {
    const server = await start(['--appendonly', 'yes', '--appendfsync', 'always'])
    const stores = [1, 2, 3, 4].map(() => open(server.url))
    const ids = Array.from({ length: 10 }, (_, n) => `id-${n}`)
    for (const id of ids) await sent(stores[0]!, id, 20)
    const acknowledged: string[] = []

    async function guess(store: Store, id: string): Promise<boolean> {
      const reserved = await store.reserveAttempt(id, 0, 20)
      if ('refused' in reserved) return reserved.refused !== 'exhausted'
      acknowledged.push(id)
      await store.settleAttempt(id, reserved.lease, { as: 'incorrect' })
      return true
    }

    const burst = stores.flatMap((store) =>
      ids.map(async (id) => {
        while (await guess(store, id).catch(() => undefined));
      }),
    )
    await expect.poll(() => acknowledged.length, { interval: 1 }).toBeGreaterThan(20)
    await server.crash()
    await Promise.all(burst)
    expect(acknowledged.length).toBeLessThan(200)
    await server.restart()
    await Promise.all(stores.map(recovered))
    await Promise.all(
      stores.flatMap((store) =>
        ids.map(async (id) => {
          while (await guess(store, id));
        }),
      ),
    )
    for (const id of ids) {
      expect((await stores[0]!.get(id))?.state).toBe('exhausted')
      expect(acknowledged.filter((one) => one === id).length).toBeLessThanOrEqual(20)
    }
  })

  it('protected: takes a user and a password from the URL, and no error repeats them (SR-G06)', async () => {
    const user = 'otp on >p@ss/w:rd ~otp:* +@all'.split(' ')
    const server = await start(['--user', ...user, '--requirepass', 'another'])
    const withPassword = (password: string) =>
      open(`redis://otp:${encodeURIComponent(password)}@127.0.0.1:${server.port}`)
    expect(await withPassword('p@ss/w:rd').claim('key', 'holder', 1000)).toBe(true)
    const error: unknown = await withPassword('canary')
      .now()
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreError)
    const everything = inspect(error, { depth: null, showHidden: true })
    expect(everything).toContain('WRONGPASS')
    expect(nameOf(error)).toBe('StoreError:WRONGPASS')
    expect(everything).not.toContain('canary')
  })

  it('behind TLS: is believed only under a certificate that is trusted', async () => {
    const server = await start([], SELF_SIGNED)
    const url = `rediss://localhost:${server.port}`
    const stranger = open(url)
    await expect(stranger.now()).rejects.toThrow(/self-signed/)
    for (let n = 0; n < 5; n++)
      expect(await stranger.now().catch(nameOf)).toBe('StoreError:DEPTH_ZERO_SELF_SIGNED_CERT')
    await expect(open(url, { tls: { ca: SELF_SIGNED.cert } }).now()).resolves.toBeGreaterThan(0)
    await expect(open(`redis://localhost:${server.port}`).now()).rejects.toThrow(StoreError)
  })

  it('behind TLS that asks for a certificate of the client: is refused each time, and the process goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'otp-redis-ca-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const authority = join(folder, 'ca.pem')
    await writeFile(authority, SELF_SIGNED.cert)
    const server = await start(['--tls-auth-clients', 'yes', '--tls-ca-cert-file', authority], SELF_SIGNED)
    for (let n = 0; n < 12; n++) {
      const store = redisStore({ url: `rediss://localhost:${server.port}`, tls: { ca: SELF_SIGNED.cert } })
      await expect(store.now()).rejects.toThrow(StoreError)
      await store.close()
    }
  })
})
