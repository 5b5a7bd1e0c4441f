import { join } from 'node:path'
import { Redis } from 'ioredis'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import {
  HAS_REDIS_SERVER,
  startRedisServer,
  titled,
  type RedisServer,
} from '../../server/store/redis/test/redis-server.js'
import { startInstances, type Instances } from './instances.js'
import { smallDisk } from './small-disk.js'
import { check, redeem, resend, start } from './calls.js'
import { newNumber, wrongCode } from './visitor.js'

/** Within which servers notice that their store is back. */
const RECOVERY = { timeout: 10_000 }

/** How ready each instance says it is. */
async function readiness({ admins }: Instances): Promise<number[]> {
  return Promise.all(admins.map(async (admin) => (await fetch(`${admin}/readyz`)).status))
}

/** Expects that each instance, without its store, refuses what needs it, answers what does not, and asks for nothing. */
async function expectRefusals(instances: Instances, verificationId: string, token: string): Promise<void> {
  const { addresses, sandbox } = instances
  const before = sandbox.requests().length
  const refuses = async (address: string) => {
    const answers = await Promise.all([
      start(address, newNumber()),
      resend(address, verificationId),
      check(address, verificationId, '123456'),
    ])
    for (const { status, body } of answers) {
      expect(body).toMatchObject({ code: 'service_unavailable', status: 503 })
      expect(status).toBe(503)
    }
    expect(await redeem(address, token)).toEqual({ success: false, 'error-codes': ['internal-error'] })
    expect((await fetch(address + PATHS.jwks)).status).toBe(200)
    expect((await fetch(`${address}${PATHS.sites}/shop`)).status).toBe(200)
  }
  await Promise.all(addresses.map(refuses))
  expect(sandbox.requests()).toHaveLength(before)
}

/** Starts two verifications, loses the store by `lose`, gets it back by `regain`, and expects both to go on. */
async function expectToSurvive(
  instances: Instances,
  lose: () => Promise<void> | void,
  regain: () => Promise<void> | void,
): Promise<void> {
  const { addresses, sandbox } = instances
  const [first, second] = [newNumber(), newNumber()]
  const pinOf = (phoneNumber: string) => sandbox.messages(phoneNumber).at(-1)!.pin
  const proven = await start(addresses[0]!, first)
  const { token } = (await check(addresses[1]!, proven.body['verificationId'], pinOf(first))).body
  const { verificationId } = (await start(addresses[2]!, second)).body
  expect(await readiness(instances)).toEqual(addresses.map(() => 200))

  await lose()
  await expectRefusals(instances, verificationId, token)
  expect(await readiness(instances)).toEqual(addresses.map(() => 503))
  await regain()
  await expect.poll(() => readiness(instances), RECOVERY).toEqual(addresses.map(() => 200))

  expect((await check(addresses[3]!, verificationId, wrongCode(pinOf(second)))).body).toMatchObject({
    code: 'code_incorrect',
    attemptsRemaining: 4,
  })
  await expect.poll(() => resend(addresses[0]!, verificationId), RECOVERY).toMatchObject({ status: 200 })
  expect(sandbox.messages(second)).toHaveLength(2)
  await expect
    .poll(async () => (await check(addresses[1]!, verificationId, pinOf(second))).status, RECOVERY)
    .toBe(200)
  expect(await redeem(addresses[2]!, token)).toMatchObject({ success: true, phone_number: first })
  expect(await redeem(addresses[3]!, token)).toMatchObject({ success: false })
}

describe.skipIf(!HAS_REDIS_SERVER)(titled('four processes whose Redis'), () => {
  let redis: RedisServer
  let instances: Instances
  beforeAll(async () => {
    redis = await startRedisServer(['--appendonly', 'yes', '--appendfsync', 'always'])
    instances = await startInstances(4, () => redis.url)
  })
  afterAll(async () => {
    await instances.stop()
    await redis.stop()
  })

  it('has crashed refuse everybody, send nothing, and go on once it is there again (SR-C15)', async () => {
    await expectToSurvive(instances, redis.crash, redis.restart)
  })

  it('says nothing any more refuse everybody, send nothing, and go on once it speaks (SR-C15)', async () => {
    await expectToSurvive(instances, redis.suspend, redis.resume)
  })

  it('is full let those under way finish, at a process that starts then too (SR-D20)', async () => {
    const { addresses, sandbox } = instances
    const phoneNumber = newNumber()
    const { verificationId } = (await start(addresses[0]!, phoneNumber)).body
    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    await client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction')
    expect((await start(addresses[1]!, newNumber())).status).toBe(503)
    expect(await instances.add({})).toMatchObject({ exitCode: null })
    const { pin } = sandbox.messages(phoneNumber).at(-1)!
    expect((await check(addresses[2]!, verificationId, pin)).status).toBe(200)
    await client.config('SET', 'maxmemory', '0')
  })
})

describe('four processes whose file', () => {
  it('is locked for longer than they wait refuse everybody, and go on once it is free (SR-C15)', async () => {
    const instances = await startInstances(4, (folder) => `sqlite:${join(folder, 'store.db')}`)
    onTestFinished(instances.stop)
    const holder = new Database(join(instances.folder, 'store.db'), { timeout: 10_000 })
    await expectToSurvive(
      instances,
      () => void holder.exec('BEGIN IMMEDIATE'),
      () => void holder.exec('ROLLBACK'),
    )
    holder.close()
  })

  it('has no room refuse everybody, and go on once there is some (SR-C15)', async ({ skip }) => {
    const disk = smallDisk()
    if (!disk) return skip('no disk can be mounted')
    onTestFinished(disk.remove)
    const instances = await startInstances(4, () => `sqlite:${join(disk.folder, 'store.db')}`)
    onTestFinished(instances.stop)
    await expectToSurvive(instances, disk.fill, disk.clear)
  })
})
