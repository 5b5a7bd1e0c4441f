import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HAS_REDIS_SERVER, startRedisServer, titled } from '../../server/store/redis/test/redis-server.js'
import { tells } from '../../server/test/by-chance.js'
import { SECRET, startInstances } from './instances.js'
import { newNumber } from './visitor.js'
import { wholeVisit } from './whole-visit.js'

describe.skipIf(!HAS_REDIS_SERVER)(titled('a process that DEBUG and NODE_DEBUG have say everything'), () => {
  it('says no password, key, secret, number or code, of its own or of what it is made of (SR-G06)', async () => {
    const password = randomBytes(24).toString('hex')
    const redis = await startRedisServer(['--requirepass', password])
    onTestFinished(() => redis.stop())
    const address = `redis://:${password}@127.0.0.1:${redis.port}`
    const env = () => ({ DEBUG: '*', NODE_DEBUG: '*' })
    const instances = await startInstances(1, () => address, { env })
    onTestFinished(() => instances.stop())
    const { addresses, configFile, folder, sandbox } = instances
    const phoneNumber = newNumber()
    await wholeVisit((call) => call(addresses[0]!), sandbox, phoneNumber)

    const said = await readFile(join(folder, '0.log'), 'utf8')
    // They speak of what they send: ioredis, and what asks Infobip.
    expect(said).toContain('evalsha')
    expect(said).toMatch(/^(FETCH|UNDICI) /m)
    const { pepper } = JSON.parse(await readFile(configFile, 'utf8')) as { pepper: string }
    const { pin } = sandbox.messages(phoneNumber).at(-1)!
    const secrets = {
      password,
      pepper,
      apiKey: sandbox.apiKey,
      secret: SECRET,
      number: phoneNumber.slice(1),
      pin,
    }
    for (const [name, secret] of Object.entries(secrets)) expect(tells(said, secret), name).toBe(false)
  })
})
