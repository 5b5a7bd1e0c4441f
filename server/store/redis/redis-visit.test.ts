import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../../contract/index.js'
import { PageKey } from '../../guard/test/page-key.js'
import { NUMBER, TestServer, testSite } from '../../test/harness.js'
import { facts, PATIENCE, terms } from '../test/bench.js'
import { redisStore } from './redis.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

describe.skipIf(!HAS_REDIS_SERVER)(titled('a visit that Redis remembers'), () => {
  it('leads from a number to another and to a token; Redis is told no number, handle or token (SR-C01, SR-G06)', async () => {
    const redis = await startRedisServer()
    onTestFinished(() => redis.stop())
    const told: string[] = []
    // The client of which it is made would talk as well, which ioredis may take for the answer to MONITOR.
    const spy = await new Redis(redis.url, { lazyConnect: true }).monitor()
    onTestFinished(() => spy.disconnect())
    spy.on('monitor', (_time: string, command: string[]) => told.push(command.join(' ')))
    const store = redisStore({ url: redis.url })
    onTestFinished(() => store.close())
    const server = await TestServer.start({ deps: { store } })
    onTestFinished(() => server.stop())

    const first = (await server.start({ phoneNumber: '+12025550199' })).body.verificationId
    const second = (await server.start({ supersedes: first })).body.verificationId
    expect((await server.check(first, '123456')).status).toBe(404)
    const { status, body } = await server.check(second, server.code(), { 'Idempotency-Key': 'k'.repeat(36) })
    expect({ status, number: body.phoneNumber }).toEqual({ status: 200, number: NUMBER })

    await store.claim('the last word', 'holder', 1000)
    await expect.poll(() => told.at(-1)).toContain('the last word')
    for (const secret of [NUMBER.slice(1), '2025550199', first, second, body.token]) {
      expect(told.join('\n')).not.toContain(secret)
    }
  })

  it('leads to a token that is redeemed though Redis has become full, where pages prove their keys too (SR-D20)', async () => {
    const redis = await startRedisServer(['--maxmemory-policy', 'noeviction'])
    onTestFinished(() => redis.stop())
    const store = redisStore({ url: redis.url })
    onTestFinished(() => store.close())
    const secret = `otps_${'0'.repeat(45)}`
    const sites = [testSite({ senderConstraint: true, secrets: [secret] })]
    const server = await TestServer.start({ sites, deps: { store } })
    onTestFinished(() => server.stop())
    server.time = Date.now()
    const page = await PageKey.make(Date.now)
    const { verificationId } = (await server.start({}, await page.header('start'))).body
    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    await client.config('SET', 'maxmemory', '1')

    expect((await server.status(verificationId, await page.header('status'))).status).toBe(200)
    const checked = await server.check(verificationId, server.code(), await page.header('check'))
    expect(checked.status).toBe(200)
    const fresh = await server.post(PATHS.token, { verificationId }, await page.header('token'))
    expect(fresh.status).toBe(200)
    const redeemed = { secret, response: checked.body.token }
    expect((await server.post(PATHS.siteverify, redeemed)).body).toMatchObject({ success: true })
    const refused = await server.start({ phoneNumber: '+12025550199' }, await page.header('start'))
    expect(refused.body.code).toBe('service_unavailable')
  })

  it('is erased past the keys of another program, which are told of and left alone (SR-G09)', async () => {
    const redis = await startRedisServer()
    onTestFinished(() => redis.stop())
    const store = redisStore({ url: redis.url })
    onTestFinished(() => store.close())
    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    await client.set('otp:v:aaa', 'text')
    await client.rpush('otp:v:zzz', 'list')
    await client.hset('otp:v:mmm', 'field', '\xc1 no verification')
    const digests = Array.from({ length: 30 }, (_, n) => `digest-${n}`)
    for (const [n, phoneDigest] of digests.entries())
      await store.add(facts({ id: `${n + 100}-id`, slot: `${n + 100}-slot`, phoneDigest }), terms(), PATIENCE)
    expect(await store.eraseNumber(digests)).toEqual({ verifications: 30, skipped: 3 })
    expect(await store.countNumber(digests)).toEqual({ verifications: 0, skipped: 3 })
    expect((await client.keys('otp:v:*')).toSorted()).toEqual(['otp:v:aaa', 'otp:v:mmm', 'otp:v:zzz'])
    await client.acl('SETUSER', 'otp', 'on', '>secret', '~otp:*', '+@all', '-hgetall')
    const without = redisStore({ url: redis.url.replace('//', '//otp:secret@') })
    onTestFinished(() => without.close())
    await expect(without.eraseNumber(digests)).rejects.toThrow("can't run this command")
  })
})
