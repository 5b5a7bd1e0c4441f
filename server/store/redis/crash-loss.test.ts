import { randomBytes } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { boundCommand } from '../../cli/bound-command.js'
import { startServer } from '../../cli/serve.js'
import { INFOBIP } from '../../config/test/account.js'
import { generateSigningJwk } from '../../token/keys.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

const ENV = {
  ...INFOBIP,
  INFOBIP_BASE_URL: 'http://127.0.0.1:1',
  OTP_PORT: '0',
  OTP_ADMIN_PORT: '0',
  OTP_LOG_LEVEL: 'silent',
  OTP_SITEKEY: 'shop',
  OTP_ALLOWED_ORIGINS: 'https://shop.example',
  OTP_COUNTRIES: 'HR',
  OTP_DAILY_BUDGET: '10',
  OTP_PEPPER: randomBytes(32).toString('hex'),
  OTP_SIGNING_KEYS: JSON.stringify(await generateSigningJwk(randomBytes)),
}

const FORGETS =
  /^OTP_STORE: Redis writes no append-only file: after a crash it forgets the day's budget and money, all credit,/

async function redisWith(...settings: string[]): Promise<string> {
  const redis = await startRedisServer(settings)
  onTestFinished(() => redis.stop())
  return redis.url
}

/** What a server warns of as it starts on that store. */
async function served(store: string, env: Record<string, string> = ENV): Promise<readonly string[]> {
  const server = await startServer({ ...env, OTP_STORE: store })
  await server.loaded
  await server.stop()
  return server.warnings.filter((warning) => FORGETS.test(warning))
}

/** The same of `otp-verify bound`. */
async function bound(store: string): Promise<string[]> {
  const warned: string[] = []
  const command = boundCommand(
    { ...ENV, OTP_STORE: store },
    { print: () => {}, warn: (text) => warned.push(text.replace('Warning: ', '')) },
  )
  await command.exitOverride().parseAsync([], { from: 'user' })
  return warned.filter((warning) => FORGETS.test(warning))
}

it.skipIf(!HAS_REDIS_SERVER)(
  titled('a Redis that forgets the budget in a crash is warned of, by servers and by bound (SR-D09)'),
  async () => {
    const store = await redisWith()
    expect(await served(store)).toHaveLength(1)
    expect(await bound(store)).toHaveLength(1)
  },
)

it.skipIf(!HAS_REDIS_SERVER)(
  titled('it is not where it writes down what it is told, nor where nothing is paid for'),
  async () => {
    const store = await redisWith('--appendonly', 'yes')
    expect(await served(store)).toEqual([])
    expect(await bound(store)).toEqual([])
    const { OTP_SITEKEY, OTP_ALLOWED_ORIGINS, OTP_COUNTRIES, ...keys } = ENV
    const sandbox = Object.fromEntries(Object.entries(keys).filter(([name]) => !(name in INFOBIP)))
    expect(await served(await redisWith(), { ...sandbox, OTP_SANDBOX_PORT: '0' })).toEqual([])
  },
)

it('a store that cannot be asked keeps bound from nothing', async () => {
  expect(await bound('redis://127.0.0.1:1')).toEqual([])
})
