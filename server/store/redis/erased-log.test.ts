import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eraseCommand } from '../../cli/erase-command.js'
import { digestsUnder } from '../../pepper/digests.js'
import { facts, PATIENCE, terms } from '../test/bench.js'
import { redisStore } from './redis.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

const NUMBER = '+12025550123'

describe.skipIf(!HAS_REDIS_SERVER)(titled('what was erased'), () => {
  it('is in the append-only file until Redis writes that anew, as the command says (SR-G09)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otp-verify-aof-'))
    const redis = await startRedisServer(['--dir', folder, '--appendonly', 'yes'])
    onTestFinished(async () => {
      await redis.stop()
      rmSync(folder, { recursive: true })
    })
    const written = () => {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      )
      return files.some(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes('host-note'))
    }
    const pepper = randomBytes(32).toString('hex')
    const phoneDigest = digestsUnder(Buffer.from(pepper)).digest('number', NUMBER)
    const store = redisStore({ url: redis.url })
    await store.add(facts({ phoneDigest, cdata: 'host-note' }), terms(), PATIENCE)
    await store.close()

    const printed: string[] = []
    const env = { OTP_STORE: redis.url, OTP_PEPPER: pepper, OTP_SITEKEY: 'shop' }
    await eraseCommand(env, { print: (text) => printed.push(text) }).parseAsync([NUMBER], { from: 'user' })
    expect(printed.join('\n')).toMatch(/^1 verification .* forgotten[^]*redis-cli BGREWRITEAOF/)
    expect(written()).toBe(true)

    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    await client.call('BGREWRITEAOF')
    await expect.poll(written, { timeout: 5000 }).toBe(false)
  })
})
