import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VerificationApproved } from '../../contract/index.js'
import { startProxy, type Proxy } from '../../server/store/redis/test/proxy.js'
import {
  HAS_REDIS_SERVER,
  startRedisServer,
  titled,
  type RedisServer,
} from '../../server/store/redis/test/redis-server.js'
import { startInstances, type Instances } from './instances.js'
import { checksOf, newNumber, visitor, wrongCode, type Answer, type Visitor } from './visitor.js'

/** Milliseconds that a call takes to reach Redis, wave by wave: the last is longer than the server waits for an answer. */
const LATENCIES = [50, 150, 300, 500, 700]

describe.skipIf(!HAS_REDIS_SERVER)(titled('four processes on a Redis that is far away'), () => {
  let redis: RedisServer
  let proxy: Proxy
  let instances: Instances
  let page: Visitor
  let latency = 0
  beforeAll(async () => {
    redis = await startRedisServer()
    proxy = await startProxy(redis.port, () => latency)
    instances = await startInstances(4, () => proxy.url)
    page = visitor(instances.fetch)
  })
  afterAll(async () => {
    await instances.stop()
    proxy.stop()
    await redis.stop()
  })

  it('ask about no more codes than attempts are spent, give one token at most, and else fail closed (SR-C04)', async () => {
    const rounds = Array.from({ length: 4 }, async () => {
      const phoneNumber = newNumber()
      const { body } = await page.start(phoneNumber)
      const { pin } = instances.sandbox.messages(phoneNumber).at(-1)!
      return { phoneNumber, pin, handle: body.verificationId }
    })
    const sent = await Promise.all(rounds)
    const answers: Answer<VerificationApproved>[] = []
    for (const [wave, milliseconds] of LATENCIES.entries()) {
      latency = milliseconds
      const calls = sent.map(({ handle, pin }, round) => {
        const codes = new Array<string>(20).fill(wrongCode(pin))
        // Two rounds get the right code, early or late.
        if (round === 0) codes[0] = pin
        if (round === 1 && wave === 2) codes.fill(pin)
        return Promise.all(codes.map((code) => page.check(handle, code)))
      })
      answers.push(...(await Promise.all(calls)).flat())
      await wait(1000)
    }
    latency = 0
    const failed = answers.filter(({ status }) => status === 503)
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.length).toBeLessThan(answers.length)
    const tokens = answers.filter(({ status }) => status === 200).map(({ body }) => body.phoneNumber)
    expect(new Set(tokens).size).toBe(tokens.length)
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.filter(({ body }) => body.token || body.code === 'internal_error')).toEqual([])

    for (const { phoneNumber, handle } of sent) {
      const read = async () => (await page.status(handle)).status
      await expect.poll(read).toBe(200)
      const { body } = await page.status(handle)
      const asked = checksOf(instances.sandbox, phoneNumber)
      expect(asked + body.attemptsRemaining).toBeLessThanOrEqual(5)
      if (tokens.includes(phoneNumber)) expect(body.state).toBe('verified')
    }
  })
})
