import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../config/config-error.js'
import { conversionOf } from '../guard/credits.js'
import { namesUnder } from '../guard/names.js'
import { guessCharges, numberCharges } from '../guard/number-limits.js'
import { digestsUnder } from '../pepper/digests.js'
import { POLICY } from '../site/policy.js'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import { rowsOf } from '../store/sqlite/test/sound.js'
import { facts, PATIENCE, terms } from '../store/test/bench.js'
import { generateSigningJwk, importKeys, changingKeys } from '../token/keys.js'
import { createPeers } from '../token/peers.js'
import { eraseCommand } from './erase-command.js'

const NUMBER = '+12025550123'
const [NEW, OLD] = ['new-pepper-'.repeat(4), 'old-pepper-'.repeat(4)]

let folder: string
let path: string
let env: Record<string, string>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
  path = join(folder, 'store.db')
  env = { OTP_STORE: `sqlite:${path}`, OTP_PEPPER: `${NEW},${OLD}` }
})
afterEach(() => rm(folder, { recursive: true }))

function digest(number: string, pepper = NEW): string {
  return digestsUnder(Buffer.from(pepper)).digest('number', number)
}

/** Keeps a verification of each of these, as a server does that has ended since. */
async function keep(...phoneDigests: string[]): Promise<void> {
  const store = sqliteStore({ path })
  for (const [n, phoneDigest] of phoneDigests.entries()) {
    await store.add(facts({ id: `id-${n}`, slot: `id-slot-${n}`, phoneDigest }), terms(), PATIENCE)
  }
  await store.close()
}

/** What `otp-verify erase …` prints. */
async function erase(args: string[], over: Record<string, string> = {}, input = ''): Promise<string> {
  const printed: string[] = []
  const command = eraseCommand({ ...env, ...over }, (text) => printed.push(text), Readable.from([input]))
  await command.exitOverride().parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

describe('otp-verify erase', () => {
  it('forgets a number under every pepper, however it is spelled, and leaves no digest of it behind (SR-G09)', async () => {
    const other = digest('+12025550199')
    await keep(...Array.from({ length: 40 }, (_, n) => digest(NUMBER, n % 2 ? OLD : NEW)), other)
    expect(JSON.parse(await erase([NUMBER, '--dry-run', '--json']))).toEqual({
      verifications: 40,
      skipped: 0,
      erased: false,
    })
    const said = await erase(['001 (202) 555-0123'])
    expect(said).toMatch(/^40 verifications of this number were forgotten\./)
    expect(said).not.toContain('0123')
    expect(await erase([NUMBER, '--dry-run'])).toBe('0 verifications of this number are kept.')
    // In one go: the driver removes its own files once nothing refers to a closed store any more.
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    const bytes = Buffer.concat(files)
    expect(bytes.includes(Buffer.from(digest(NUMBER), 'base64url'))).toBe(false)
    expect(bytes.includes(Buffer.from(digest(NUMBER, OLD), 'base64url'))).toBe(false)
    expect(bytes.includes(Buffer.from(other, 'base64url'))).toBe(true)
  })

  it('reads the number from its input, so that no shell remembers it', async () => {
    await keep(digest(NUMBER))
    expect(await erase(['-'], {}, `${NUMBER}\n`)).toContain('1 verification of this number was forgotten.')
  })

  it('refuses what would find nothing, and repeats neither number nor pepper', async () => {
    await keep(digest(NUMBER))
    const elsewhere = `sqlite:${join(folder, 'elsewhere.db')}`
    for (const [args, over, mistake] of [
      [['+1202555'], {}, /^NUMBER: /],
      [['-'], {}, /^NUMBER: /],
      [[NUMBER], { OTP_STORE: 'memory:' }, /^OTP_STORE: memory:/],
      [[NUMBER], { OTP_STORE: elsewhere }, /^OTP_STORE: there is no such file/],
      [[NUMBER], { OTP_PEPPER: 'short' }, /^OTP_PEPPER: needs at least/],
    ] as const) {
      const refused = await erase([...args], over).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(ConfigError)
      expect((refused as ConfigError).message).toMatch(mistake)
      expect((refused as ConfigError).message).not.toMatch(/2025|short/)
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('elsewhere'))).toEqual([])
  })

  it('refuses to look under another pepper than that of the servers (SR-G09)', async () => {
    await keep(digest(NUMBER, OLD))
    const store = sqliteStore({ path })
    const keys = await importKeys([await generateSigningJwk(randomBytes)])
    const signingKeys = changingKeys(() => keys, Date.now)
    const digests = digestsUnder(Buffer.from(OLD))
    const server = createPeers({ store, signingKeys, digests, observe: () => {}, member: 'server' })
    await server.join()
    try {
      await expect(erase([NUMBER], { OTP_PEPPER: NEW })).rejects.toThrow(/^OTP_PEPPER: the servers on this/)
      expect(await erase([NUMBER], { OTP_PEPPER: OLD })).toMatch(/^1 verification of this number was/)
    } finally {
      await store.close()
    }
  })
})

describe('otp-verify erase, of what the guard keeps', () => {
  it('forgets limits, wrong codes and that the number is known, at every site (SR-G09)', async () => {
    const names = namesUnder(digestsUnder(Buffer.from(NEW), Buffer.from(OLD)))
    const route = { sitekey: 'shop', country: 'US', e164: NUMBER, address: undefined, ticketed: false }
    const keys = async () => rowsOf(path, `SELECT key FROM item`).map(({ key }) => String(key))
    const store = sqliteStore({ path })
    await store.consume([...numberCharges(route, names, POLICY, []), ...guessCharges(route, names, POLICY)])
    await store.earn({
      ...conversionOf(route, names, { policy: POLICY, rememberNumbers: true }, 0.5, []),
      earnings: [],
    })
    await store.close()
    expect(await keys()).toHaveLength(13)
    await erase([NUMBER], { OTP_SITEKEY: 'shop' })
    // What is left is about ten thousand numbers, and about a country.
    expect((await keys()).every((key) => /^(proven|proven-country|inhabited):/.test(key))).toBe(true)
    expect(await keys()).toHaveLength(5)
  })
})
