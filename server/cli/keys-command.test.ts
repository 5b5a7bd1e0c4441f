import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { redisStore } from '../store/redis/redis.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from '../store/redis/test/redis-server.js'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import { StoreError } from '../store/store.js'
import { revocationKey } from '../token/key-ring.js'
import { SigningKeysError } from '../token/key-set.js'
import { generateSigningJwk } from '../token/keys.js'
import type { KeyReport, KeyRow } from './keys.js'
import { keysCommand } from './keys-command.js'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
  file = join(folder, 'keys.json')
})
afterEach(() => rm(folder, { recursive: true }))

/** What `otp-verify keys …` prints. */
async function keys(args: string[], env: Record<string, string> = {}): Promise<string> {
  const printed: string[] = []
  const command = keysCommand({ OTP_STORE: 'memory:', ...env }, { print: (text) => printed.push(text) })
  await command.parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

async function report(args: string[], env?: Record<string, string>): Promise<KeyReport> {
  return JSON.parse(await keys([...args, '--json'], env)) as KeyReport
}

const states = ({ keys: rows }: KeyReport) => rows.map(({ state }) => state)

describe('otp-verify keys', () => {
  it('makes, shows, replaces and revokes the keys of a file, named as the server names it', async () => {
    const env = { OTP_SIGNING_KEYS: file }
    const made = await report(['generate'], env)
    expect(states(made)).toEqual(['signing'])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await expect(keys(['generate'], env)).rejects.toThrow('already exists')

    const before = Date.now()
    const rotated = await report(['rotate'], env)
    expect(states(rotated)).toEqual(['waiting', 'signing'])
    const { signsFrom } = rotated.keys[0]!
    expect(Date.parse(signsFrom!) - before).toBeGreaterThanOrEqual(15 * 60_000)
    await expect(keys(['rotate'], env)).rejects.toThrow('A rotation is under way')

    const shown = await keys(['list', '--file', file])
    expect(shown.split('\n')).toEqual([
      `${rotated.keys[0]!.kid}  ES256  signs from ${signsFrom}`,
      `${made.keys[0]!.kid}  ES256  signs; published until ${rotated.keys[1]!.publishedUntil}`,
    ])

    const revoked = await report(['revoke', made.keys[0]!.kid], env)
    expect(states(revoked)).toEqual(['signing'])
    expect(revoked.keys[0]!.kid).toBe(rotated.keys[0]!.kid)
    await expect(keys(['revoke', made.keys[0]!.kid], env)).rejects.toThrow('There is no signing key')
  })

  it.each([
    ['told', () => `sqlite:${join(folder, 'store.db')}`],
    ['not told', () => `sqlite:${folder}`],
  ])('says where a key that it made has to be copied (store %s)', async (_, store) => {
    const env = { OTP_SIGNING_KEYS: file, OTP_STORE: store() }
    const [{ kid }] = (await report(['generate'], env)).keys as [KeyRow]
    const said = await keys(['revoke', kid], env).catch((error: Error) => error.message)
    const [fresh] = (await report(['list'], env)).keys
    expect(said).toContain(`${fresh!.kid} was made there and signs now: copy ${file} over every file of keys`)
    await report(['rotate'], env)
    const again = await keys(['revoke', fresh!.kid], env).catch((error: Error) => error.message)
    expect(again).not.toContain('was made there')
  })

  it('looks for them where a server outside production makes them', async () => {
    const here = process.cwd()
    process.chdir(folder)
    onTestFinished(() => process.chdir(here))
    await report(['generate'])
    expect(await readdir(join(folder, 'data'))).toEqual(['signing-keys.json'])
  })

  it.skipIf(!HAS_REDIS_SERVER)(
    titled('revokes a key, on the store and in its file, however full Redis is'),
    async () => {
      const redis = await startRedisServer(['--maxmemory', '1'])
      onTestFinished(() => redis.stop())
      const env = { OTP_SIGNING_KEYS: file, OTP_STORE: redis.url }
      const [{ kid }] = (await report(['generate'], env)).keys as [KeyRow]
      expect((await report(['revoke', kid], env)).keys[0]!.kid).not.toBe(kid)
      const store = redisStore({ url: redis.url })
      onTestFinished(() => store.close())
      expect(await store.isClaimed(revocationKey(kid))).toBe(true)
    },
  )

  it('tells the store of a key whose file is a link, and says that it is still in the file behind it', async () => {
    const leading = join(folder, 'link.json')
    await symlink(file, leading)
    const path = join(folder, 'store.db')
    const env = { OTP_SIGNING_KEYS: file, OTP_STORE: `sqlite:${path}` }
    const [{ kid }] = (await report(['generate'], env)).keys as [KeyRow]
    await expect(keys(['revoke', kid, '--file', leading], env)).rejects.toThrow(
      `${kid} is revoked: every server on the store refuses its tokens within 5 seconds. But the file still has it: ` +
        `${leading} is a link, and is not changed through it; name the file that it points to.`,
    )
    expect(states(await report(['list', '--file', leading], env))).toEqual(['revoked'])
    const store = sqliteStore({ path })
    onTestFinished(() => store.close())
    expect(await store.isClaimed(revocationKey(kid))).toBe(true)
  })

  it('takes a revoked key out of its file when the store cannot be told, and says what that leaves', async () => {
    const env = { OTP_SIGNING_KEYS: file, OTP_STORE: `sqlite:${folder}` }
    const [{ kid }] = (await report(['generate'], env)).keys as [KeyRow]
    const failing = expect(keys(['revoke', kid], env)).rejects
    await failing.toThrow(StoreError)
    const left = (await report(['list'], env)).keys
    expect(left.map((key) => key.kid)).not.toContain(kid)
    expect(left).toMatchObject([{ state: 'signing' }])

    const [{ kid: next }] = left as [KeyRow]
    const said = `${next} is removed from ${file}: servers that read it refuse its tokens within 5 seconds. But the store cannot be told`
    await expect(keys(['revoke', next], env)).rejects.toThrow(said)
    const text = JSON.stringify((JSON.parse(await readFile(file, 'utf8')) as { keys: unknown[] }).keys[0])
    const variable = { ...env, OTP_SIGNING_KEYS: text }
    const [{ kid: last }] = (await report(['list'], variable)).keys as [KeyRow]
    await expect(keys(['revoke', last], variable)).rejects.toThrow('The store cannot be told')
  })

  it.skipIf(!HAS_REDIS_SERVER)(
    titled('says that the store was told of a revocation when no replica has it yet'),
    async () => {
      const redis = await startRedisServer()
      onTestFinished(() => redis.stop())
      const env = { OTP_SIGNING_KEYS: file, OTP_STORE: `${redis.url}?replicas=1` }
      const [{ kid }] = (await report(['generate'], env)).keys as [KeyRow]
      const revoking = keys(['revoke', kid], env)
      await expect(revoking).rejects.toThrow(`But the store was told that ${kid} is revoked, and`)
      await expect(revoking).rejects.toThrow('0 of 1 replicas within 200 ms. Servers')
      expect((await report(['list'], env)).keys.map((key) => key.kid)).not.toContain(kid)
      const store = redisStore({ url: redis.url })
      onTestFinished(() => store.close())
      expect(await store.isClaimed(revocationKey(kid))).toBe(true)
    },
  )

  it('turns a file of PEM into a JWK Set when its keys get times', async () => {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })
    await writeFile(file, pem, { mode: 0o600 })
    const [key] = (await report(['list', '--file', file])).keys
    expect(key).toMatchObject({ algorithm: 'EdDSA', state: 'signing' })
    const rotated = await report(['rotate', '--file', file])
    expect(rotated.keys.map(({ kid }) => kid)).toContain(key!.kid)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      keys: [{ crv: 'P-256' }, { crv: 'Ed25519' }],
    })
  })

  it('shows keys that stand in the variable itself, and says how to change them', async () => {
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const text = pem.export({ format: 'pem', type: 'pkcs8' }).toString().replaceAll('\n', '\\n')
    const env = { OTP_SIGNING_KEYS: text }
    const listed = await report(['list'], env)
    expect(states(listed)).toEqual(['signing'])
    await expect(keys(['rotate'], env)).rejects.toThrow('name it with --file')
    await expect(keys(['generate'], env)).rejects.toThrow('name it with --file')
    expect((await report(['revoke', listed.keys[0]!.kid], env)).lines.join()).toContain(
      'Remove it from OTP_SIGNING_KEYS',
    )
  })

  it('revokes a key whose kid begins with a dash, as one thumbprint in 64 does', async () => {
    const jwk = { ...(await generateSigningJwk(randomBytes)), kid: '-hFjson' }
    const env = { OTP_SIGNING_KEYS: JSON.stringify({ keys: [jwk] }) }
    expect((await report(['revoke', '-hFjson'], env)).lines.join()).toContain(
      'Remove it from OTP_SIGNING_KEYS',
    )
    await expect(keys(['revoke', '--hFjson'], env)).rejects.toThrow('There is no signing key --hFjson.')
  })

  it('prints nothing private', async () => {
    await keys(['generate', '--file', file])
    const kept = JSON.parse(await readFile(file, 'utf8')) as { keys: { d: string }[] }
    const said = [
      await keys(['list', '--file', file]),
      await keys(['list', '--file', file, '--json']),
      await keys(['rotate', '--file', file, '--json']),
    ]
    expect(said.join()).not.toContain(kept.keys[0]!.d)
    expect(said.join()).not.toContain('"d"')
  })

  it('refuses a file that is no key file', async () => {
    await writeFile(file, '{"keys":[]}', { mode: 0o600 })
    for (const command of [['list'], ['rotate'], ['revoke', 'x']]) {
      await expect(keys([...command, '--file', file])).rejects.toThrow(SigningKeysError)
    }
  })
})
