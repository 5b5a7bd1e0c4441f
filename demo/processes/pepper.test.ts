import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { HAS_REDIS_SERVER, startRedisServer, titled } from '../../server/store/redis/test/redis-server.js'
import { startInstances } from './instances.js'

it.skipIf(!HAS_REDIS_SERVER)(
  titled('two processes go on beside a third with another pepper that came unseen, and it is not ready'),
  async () => {
    const redis = await startRedisServer()
    onTestFinished(() => redis.stop())
    const instances = await startInstances(2, () => redis.url)
    onTestFinished(() => instances.stop())
    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    const readiness = async (admin: string) => (await fetch(`${admin}/readyz`)).json()
    // As a store does that loses its data while the third starts; unless the others say they are there just then.
    const forgetting = setInterval(() => void client.del('otp:a:servers'), 5)
    const pepper = { OTP_PEPPER: randomBytes(32).toString('hex') }
    let third = await instances.add(pepper)
    for (let tries = 0; third.exitCode !== null && tries < 5; tries++) third = await instances.add(pepper)
    clearInterval(forgetting)
    const { exitCode, admin } = third
    expect(exitCode).toBeNull()
    await expect.poll(() => readiness(admin)).toEqual({ status: 'unavailable', because: 'pepper' })
    for (const other of instances.admins) expect(await readiness(other)).toEqual({ status: 'ready' })
    const metrics = async (of: string) => (await fetch(`${of}/metrics`)).text()
    for (const each of [...instances.admins, admin]) {
      await expect
        .poll(() => metrics(each))
        .toMatch(/^otp_signing_key_changes_total\{change="pepper"\} [1-9]/m)
    }
  },
)
