import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createConfiguredApp } from '../../assembly/assemble.js'
import { openStore } from '../../assembly/open-store.js'
import { eraseCommand } from '../../cli/erase-command.js'
import { examineStore } from '../../cli/examine-store.js'
import { keysCommand } from '../../cli/keys-command.js'
import { pauseCommand } from '../../cli/pause-command.js'
import { pauseCharges } from '../../guard/pause.js'
import { generateSigningJwk } from '../../token/keys.js'
import { StoreError } from '../store.js'
import { taken } from '../test/bench.js'
import { survivesCrash } from './eviction.js'
import { HAS_REDIS_SERVER, startRedisServer } from './test/redis-server.js'

// A minute passes within a moment.
vi.mock('../../assembly/every.js', async (original) => {
  const { every } = await original<typeof import('../../assembly/every.js')>()
  return { every: (pause: number, task: () => Promise<void>) => every(pause / 1000, task) }
})

const DOCS = readFileSync(new URL('../../../docs/stores.md', import.meta.url), 'utf8')

const ENV = {
  OTP_SANDBOX_PORT: '0',
  OTP_LOG_LEVEL: 'silent',
  OTP_PEPPER: randomBytes(32).toString('hex'),
  OTP_SIGNING_KEYS: JSON.stringify(await generateSigningJwk(randomBytes)),
}

async function serverWith(...settings: string[]): Promise<string> {
  const server = await startRedisServer(settings)
  onTestFinished(() => server.stop())
  return server.url
}

describe.skipIf(!HAS_REDIS_SERVER)('a server whose Redis would forget keys before their time', () => {
  it.each(['allkeys-lru', 'volatile-ttl', 'volatile-lru', 'allkeys-random'])(
    'does not start: %s forgets who has used up their attempts (SR-D22)',
    async (policy) => {
      const url = await serverWith('--maxmemory', '64mb', '--maxmemory-policy', policy)
      const refused = await createConfiguredApp({ ...ENV, OTP_STORE: url }).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(StoreError)
      expect((refused as Error).message).toMatch(
        new RegExp(`maxmemory-policy is ${policy}.*set it to noeviction`),
      )
      const { weaknesses } = await examineStore(url, Date.now)
      expect(weaknesses).toMatchObject([
        { check: 'store.eviction', fix: expect.stringContaining('no server starts') },
      ])
    },
  )

  it('starts where nothing is forgotten, and where it may not be asked, which doctor says', async () => {
    const url = await serverWith('--maxmemory', '64mb', '--maxmemory-policy', 'noeviction')
    await (await createConfiguredApp({ ...ENV, OTP_STORE: url })).stop()
    const user = ['--user', 'otp', 'on', '>secret', '~otp:*', '+@all', '-info']
    const another = await serverWith('--maxmemory-policy', 'allkeys-lru', ...user)
    const unasked = another.replace('//', '//otp:secret@')
    await (await createConfiguredApp({ ...ENV, OTP_STORE: unasked })).stop()
    const { weaknesses, notes } = await examineStore(unasked, Date.now)
    expect([weaknesses, notes]).toEqual([[], [expect.stringContaining('may not ask')]])
  })

  it('is not ready within a minute of the policy, until it is set back (SR-D22)', async () => {
    const server = await startRedisServer()
    onTestFinished(() => server.stop())
    const app = await createConfiguredApp({ ...ENV, OTP_STORE: server.url })
    onTestFinished(() => app.stop())
    const readiness = async () =>
      (await app.admin.request('/readyz', { headers: { Host: 'localhost' } })).json()
    expect(await readiness()).toEqual({ status: 'ready' })
    const client = new Redis(server.url)
    onTestFinished(() => client.disconnect())
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
    await expect.poll(readiness).toEqual({ status: 'unavailable', because: 'eviction' })
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    await expect.poll(readiness).toEqual({ status: 'ready' })
  })

  it('is told what to do by commands, which only warn of the policy', async () => {
    const url = await serverWith('--maxmemory-policy', 'allkeys-lru')
    const warn = vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const env = { OTP_STORE: url, OTP_PEPPER: ENV.OTP_PEPPER, OTP_SITEKEY: 'demo' }
    const printed: string[] = []
    const print = (text: string) => void printed.push(text)
    await pauseCommand(env, { print }).parseAsync([], { from: 'user' })
    await eraseCommand(env, { print }).parseAsync(['+12025550123'], { from: 'user' })
    expect(printed).toEqual([
      expect.stringContaining('Nothing is sent'),
      expect.stringContaining('forgotten'),
    ])
    const store = await openStore(url)
    expect(await taken(store.consume(pauseCharges('demo', 'HR')))).toBe(false)
    await store.close()
    const keys = { OTP_STORE: url, OTP_SIGNING_KEYS: ENV.OTP_SIGNING_KEYS }
    const { kid } = JSON.parse(ENV.OTP_SIGNING_KEYS) as { kid: string }
    await keysCommand(keys, { print }).parseAsync(['revoke', kid], { from: 'user' })
    expect(printed[2]).toContain(`${kid} is revoked`)
    const ofPolicy = warn.mock.calls.filter(([said]) =>
      String(said).startsWith('Warning: Redis: its maxmemory-policy is allkeys-lru'),
    )
    expect(ofPolicy).toHaveLength(3)
  })

  it('is told from one that writes down what it is told', async () => {
    expect(await survivesCrash(await serverWith('--appendonly', 'yes'))).toBe(true)
    expect(await survivesCrash(await serverWith())).toBe(false)
  })

  it('keeps what it holds when it is told to write that down as docs/stores.md and doctor say', async () => {
    const server = await startRedisServer()
    onTestFinished(() => server.stop())
    const client = new Redis(server.url)
    onTestFinished(() => client.disconnect())
    await client.set('otp:kept', 'yes')
    const [command = '', ...words] = /`(redis-cli [^`]*appendonly[^`]*)`/.exec(DOCS)?.[1]?.split(' ') ?? []
    const { notes } = await examineStore(server.url, Date.now)
    expect(notes).toEqual([expect.stringContaining([command, ...words].join(' '))])
    await promisify(execFile)(command, ['-p', String(server.port), ...words])
    const zeros = DOCS.match(/aof_rewrite_\w+:0/g) ?? []
    expect(zeros).toHaveLength(2)
    await expect
      .poll(async () => (await client.info('persistence')).split('\r\n'))
      .toEqual(expect.arrayContaining(zeros))
    await server.crash()
    await server.restart(['--appendonly', 'yes'])
    expect(await client.get('otp:kept')).toBe('yes')
  })
})
