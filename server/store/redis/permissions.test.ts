import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../../contract/index.js'
import { createConfiguredApp } from '../../assembly/assemble.js'
import { eraseCommand } from '../../cli/erase-command.js'
import { adviceOf } from '../../cli/store-advice.js'
import { examineStore } from '../../cli/examine-store.js'
import { keysCommand } from '../../cli/keys-command.js'
import { overrideCommands } from '../../cli/override-commands.js'
import { pauseCommand, resumeCommand } from '../../cli/pause-command.js'
import { NUMBER, ORIGIN, TestServer, testSite } from '../../test/harness.js'
import { generateSigningJwk } from '../../token/keys.js'
import { StoreError } from '../store.js'
import { redisStore } from './redis.js'
import { startRedisCluster } from './test/redis-cluster.js'
import { HAS_REDIS_SERVER, startRedisServer, titled, type RedisServer } from './test/redis-server.js'

const SECRET = `otps_${'permitted'.repeat(5)}`
const DOCS = readFileSync(new URL('../../../docs/stores.md', import.meta.url), 'utf8')

/** What docs/stores.md has operators copy. */
const [, LINE = ''] = /^ACL SETUSER otp (.*)$/m.exec(DOCS) ?? []
const RIGHTS = LINE.split(' ').filter((part) => /^[~+]/.test(part))

/** What a server is configured with, beside its store. */
const SETTINGS = {
  OTP_PUBLIC_URL: 'http://localhost:5174',
  OTP_SITEKEY: 'shop',
  OTP_ALLOWED_ORIGINS: ORIGIN,
  OTP_PEPPER: 'p'.repeat(64),
  OTP_SIGNING_KEYS: JSON.stringify(await generateSigningJwk(randomBytes)),
  OTP_SANDBOX_PORT: '0',
  OTP_LOG_LEVEL: 'silent',
}

/** A user who has these rights, as settings of a Redis. */
const user = (rights: readonly string[], name = 'otp') => ['--user', name, 'on', '>secret', ...rights]
const as = (url: string, name = 'otp') => url.replace('//', `//${name}:secret@`)

async function servesAll(url: string): Promise<void> {
  const store = redisStore({ url })
  onTestFinished(() => store.close())
  const server = await TestServer.start({ sites: [testSite({ secrets: [SECRET] })], deps: { store } })
  onTestFinished(() => server.stop())
  const { verificationId } = (await server.start({ phoneNumber: '+12025550199' })).body
  const second = (await server.start({ supersedes: verificationId })).body.verificationId
  expect((await server.check(second, server.wrongCode())).status).toBe(422)
  await new Promise((later) => setTimeout(later, 1100))
  const { token } = (await server.check(second, server.code(), { 'Idempotency-Key': 'k'.repeat(36) })).body
  const redeemed = await server.post(PATHS.siteverify, { secret: SECRET, response: token })
  expect(redeemed.body).toMatchObject({ success: true })
  expect(await store.announce('servers', 'one', 'here', 1000)).toHaveProperty('size', 1)
  await store.withdraw('servers', 'one')

  const pepper = Buffer.from(server.deps.pepper).toString('hex')
  const jwk = await generateSigningJwk(randomBytes)
  const env = { OTP_STORE: url, OTP_PEPPER: pepper, OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: ORIGIN }
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const options = { from: 'user' } as const
  await pauseCommand(env, { print }).parseAsync([], options)
  await resumeCommand(env, { print }).parseAsync([], options)
  const [allow, deny, lift, list] = overrideCommands(env, { print, observe: () => {} })
  await allow!.parseAsync(['--number', NUMBER], options)
  await deny!.parseAsync(['--range', '+1202555'], options)
  await list!.parseAsync([], options)
  await lift!.parseAsync(['--number', NUMBER], options)
  await eraseCommand(env, { print }).parseAsync([NUMBER], options)
  const keys = keysCommand({ ...env, OTP_SIGNING_KEYS: JSON.stringify(jwk) }, { print })
  await keys.parseAsync(['revoke', jwk.kid], options)
  expect(printed.join('\n')).toMatch(/Nothing is sent.*no longer paused.*waived.*deny.*Removed.*revoked/s)
  const { weaknesses, notes } = await examineStore(url, Date.now)
  expect(weaknesses).toEqual([])
  expect(notes.join('\n')).not.toContain('+info')
}

describe.skipIf(!HAS_REDIS_SERVER)(titled('a user of Redis'), () => {
  let redis: RedisServer
  /** Each lacks one of the rights. */
  const lacking = RIGHTS.map((right, n) => [right, `lacks-${n}`] as const)
  beforeAll(async () => {
    const each = lacking.flatMap(([right, name]) =>
      user(
        RIGHTS.filter((one) => one !== right),
        name,
      ),
    )
    redis = await startRedisServer([...user(RIGHTS), ...each, '--appendonly', 'yes'])
    return () => redis.stop()
  })

  it('with the rights of docs/stores.md serves a whole verification, commands and doctor', async () => {
    await servesAll(as(redis.url))
  })

  it.each(lacking)('is told by doctor without %s', async (right, name) => {
    const { weaknesses, notes } = await examineStore(as(redis.url, name), Date.now)
    if (right === '+info') {
      expect([weaknesses, notes]).toEqual([[], [expect.stringContaining('may not ask (+info)')]])
      return
    }
    expect(weaknesses).toMatchObject([
      { check: 'store.permissions', message: expect.stringContaining(`lacks ${right}.`) },
    ])
  })

  it('that lacks one starts no server', async () => {
    const [, lacksMget = ''] = lacking.find(([right]) => right === '+mget') ?? []
    const [, lacksInfo = ''] = lacking.find(([right]) => right === '+info') ?? []
    const starts = (name: string) => createConfiguredApp({ ...SETTINGS, OTP_STORE: as(redis.url, name) })
    await expect(starts(lacksMget)).rejects.toThrow(new StoreError('Redis: its user lacks +mget.'))
    await (await starts(lacksInfo)).stop()
  })

  it('needs +select for a database with a number, and +wait for replicas', async () => {
    const select = await examineStore(`${as(redis.url)}/3`, Date.now)
    expect(select.weaknesses).toMatchObject([{ message: expect.stringContaining('+select') }])
    const wait = await examineStore(`${as(redis.url)}?replicas=1`, Date.now)
    expect(wait.weaknesses).toMatchObject([{ message: expect.stringContaining('+wait') }])
    const more = await startRedisServer([...user([...RIGHTS, '+select', '+wait']), '--appendonly', 'yes'])
    onTestFinished(() => more.stop())
    await servesAll(`${as(more.url)}/3`)
    const replica = await startRedisServer(['--replicaof', `127.0.0.1 ${more.port}`])
    onTestFinished(() => replica.stop())
    const replicated = `${as(more.url)}?replicas=1`
    await expect
      .poll(async () => (await examineStore(replicated, Date.now)).weaknesses, { timeout: 20_000 })
      .toEqual([])
    await servesAll(replicated)
  })

  it('needs +cluster|slots and +cluster|info for a cluster', async () => {
    const cluster = await startRedisCluster([
      ...user([...RIGHTS, '+cluster|slots', '+cluster|info']),
      ...user([...RIGHTS, '+cluster|info'], 'no-slots'),
      ...user([...RIGHTS, '+cluster|slots'], 'no-info'),
      ...['--appendonly', 'yes'],
    ])
    onTestFinished(() => cluster.stop())
    await servesAll(as(cluster.url))
    const said = async (name: string) => (await examineStore(as(cluster.url, name), Date.now)).weaknesses
    expect(await said('no-slots')).toMatchObject([{ message: 'Redis: its user lacks +cluster|slots.' }])
    // The client waits for the state of the cluster, and does not say why in vain.
    expect(await said('no-info')).toMatchObject([{ message: expect.stringContaining('no connection') }])
  })
})

describe.skipIf(!HAS_REDIS_SERVER)(titled('what doctor says of a Redis'), () => {
  async function adviceFor(query: string, ...settings: string[]): Promise<string[]> {
    const redis = await startRedisServer(settings)
    onTestFinished(() => redis.stop())
    const { weaknesses } = await examineStore(redis.url + query, Date.now)
    return weaknesses.map(({ fix }) => fix)
  }

  it('that is full, or lacks its replica, is not that servers do not start', async () => {
    expect(await adviceFor('', '--maxmemory', '1')).toEqual([expect.stringContaining('more memory')])
    const replica = expect.stringContaining('Bring a replica back') as string
    expect(await adviceFor('?replicas=1')).toEqual([replica])
    expect(await adviceFor('', '--min-replicas-to-write', '1')).toEqual([replica])
  })

  it('whose user or password is another is which to correct', async () => {
    expect(await adviceFor('', '--requirepass', 'secret')).toEqual([
      'Correct the user and the password in OTP_STORE.',
    ])
  })

  it.each([
    ['read ECONNRESET', 'tls-auth-clients no'],
    ['error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required', 'tls-auth-clients no'],
    ['self-signed certificate in certificate chain', 'NODE_EXTRA_CA_CERTS'],
  ])('over TLS, %s, is what its certificates lack', (said, advice) => {
    const error = new StoreError(`Redis: ${said}`)
    expect(adviceOf(error, 'rediss://cache.example')).toContain(advice)
    expect(adviceOf(error, 'redis://cache.example')).not.toContain(advice)
  })
})
