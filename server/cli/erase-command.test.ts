import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../config/config-error.js'
import { provenChanges } from '../guard/credits.js'
import { namesUnder } from '../guard/names.js'
import { guessCharges, numberCharges } from '../guard/number-limits.js'
import { digestsUnder, type Digests } from '../pepper/digests.js'
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

/** A server on the store, of these sites. @returns what ends it */
async function serve(digests: Digests, sitekeys: string[]): Promise<() => Promise<void>> {
  const store = sqliteStore({ path })
  const keys = await importKeys([await generateSigningJwk(randomBytes)])
  const signingKeys = changingKeys(() => keys, Date.now)
  await createPeers({ store, signingKeys, digests, sitekeys, observe: () => {}, member: 'server' }).join()
  return () => store.close()
}

/** What `otp-verify erase …` prints. */
async function erase(args: string[], over: Record<string, string> = {}, input = ''): Promise<string> {
  const printed: string[] = []
  const command = eraseCommand(
    { ...env, ...over },
    { print: (text) => printed.push(text) },
    Readable.from([input]),
  )
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
      countersAndMarks: 0,
      sites: ['demo'],
      erased: false,
    })
    const said = await erase(['001 (202) 555-0123'])
    expect(said).toMatch(/^40 verifications of this number were forgotten\./)
    expect(said).not.toContain('0123')
    expect(await erase([NUMBER, '--dry-run'])).toMatch(/^0 verifications of this number are kept\./)
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
      [[NUMBER], { OTP_STORE: elsewhere }, /^OTP_STORE: .+\.db does not exist; run this where/],
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
    const leave = await serve(digestsUnder(Buffer.from(OLD)), ['demo'])
    try {
      await expect(erase([NUMBER], { OTP_PEPPER: NEW })).rejects.toThrow(/^OTP_PEPPER: the servers on this/)
      expect(await erase([NUMBER], { OTP_PEPPER: OLD })).toMatch(/^1 verification of this number was/)
    } finally {
      await leave()
    }
  })
})

describe('otp-verify erase, of what the guard keeps', () => {
  /** Keeps what a proven number leaves at a site, and wrong codes, under the peppers. */
  async function keepOfGuard(...[pepper, other]: [string, string?]): Promise<void> {
    const names = namesUnder(
      digestsUnder(Buffer.from(pepper), other === undefined ? other : Buffer.from(other)),
    )
    const route = { sitekey: 'shop', country: 'US', e164: NUMBER, address: undefined, ticketed: false }
    const store = sqliteStore({ path })
    await store.consume([...numberCharges(route, names, POLICY, []), ...guessCharges(route, names, POLICY)])
    await store.apply({
      ...provenChanges(route, names, { policy: POLICY, rememberNumbers: true }, 0.5, []),
      earnings: [],
    })
    await store.close()
  }

  const keys = () =>
    rowsOf(path, `SELECT key FROM item WHERE kind <> 'announcement'`).map(({ key }) => String(key))
  const ofNumber = () => keys().filter((key) => !/^(proven|proven-country|inhabited):/.test(key))

  it('forgets limits, wrong codes and that the number is known, at every site, and says how many (SR-G09)', async () => {
    await keepOfGuard(NEW, OLD)
    expect(keys()).toHaveLength(13)
    const site = { OTP_SITEKEY: 'shop' }
    const told = { verifications: 0, skipped: 0, sites: ['shop'] }
    const dry = ['--dry-run', '--json']
    expect(JSON.parse(await erase([NUMBER, ...dry], site))).toEqual({
      ...told,
      countersAndMarks: 8,
      erased: false,
    })
    expect(await erase([NUMBER], site)).toContain('8 counters and marks of it were forgotten, at: shop.')
    // What is left is about ten thousand numbers, and about a country.
    expect(ofNumber()).toEqual([])
    expect(keys()).toHaveLength(5)
    expect(JSON.parse(await erase([NUMBER, ...dry], site))).toEqual({
      ...told,
      countersAndMarks: 0,
      erased: false,
    })
  })

  it('refuses where it knows of no site, having forgotten nothing (SR-G09)', async () => {
    await keep(digest(NUMBER))
    await keepOfGuard(NEW, OLD)
    for (const args of [[NUMBER], [NUMBER, '--dry-run'], [NUMBER, '--json']])
      await expect(erase(args, { NODE_ENV: 'production' })).rejects.toThrow(/^OTP_SITEKEY: .*--site/)
    expect(ofNumber()).toHaveLength(8)
    expect(rowsOf(path, 'SELECT 1 FROM verification')).toHaveLength(1)
  })

  it('looks at sites that are named too, for what is kept of one that is configured no more (SR-G09)', async () => {
    await keepOfGuard(NEW, OLD)
    const said = await erase([NUMBER, '--site', 'shop', '--site', 'blog'], { OTP_SITEKEY: 'other' })
    expect(said).toContain('8 counters and marks of it were forgotten, at: other, shop, blog.')
    expect(ofNumber()).toEqual([])
  })

  it('looks at the sites of the servers on the store too, whatever it was given itself (SR-G09)', async () => {
    await keepOfGuard(NEW, OLD)
    const leave = await serve(digestsUnder(Buffer.from(NEW), Buffer.from(OLD)), ['shop', 'blog'])
    const over = { OTP_SITEKEY: 'shopp', NODE_ENV: 'production' }
    expect(await erase([NUMBER], over)).toContain('forgotten, at: shopp, shop, blog.')
    await leave()
    expect(ofNumber()).toEqual([])
  })

  it('finds what is under a pepper that the servers have given up, and says so where it has one alone (SR-G09)', async () => {
    await keepOfGuard(OLD)
    const leave = await serve(digestsUnder(Buffer.from(NEW)), ['shop'])
    expect(await erase([NUMBER], { OTP_PEPPER: NEW })).toContain('OTP_PEPPER=NEW,OLD')
    expect(ofNumber()).toHaveLength(4)
    const said = await erase([NUMBER])
    expect(said).toContain('4 counters and marks of it were forgotten')
    expect(said).not.toContain('OTP_PEPPER')
    await leave()
    expect(ofNumber()).toEqual([])
  })

  it('says of what it cannot find by the number how soon that is gone', async () => {
    const names = namesUnder(digestsUnder(Buffer.from(NEW)))
    const marks = names
      .of('number of an address', names.network('10.0.0.1').address, NUMBER)
      .met.map((key) => ({ key, keep: 3_600_000 }))
    const store = sqliteStore({ path })
    await store.apply({ earnings: [], marks, forgotten: [] })
    await store.close()
    const said = await erase([NUMBER], { OTP_SITEKEY: 'shop' })
    expect(rowsOf(path, `SELECT key FROM item`).map(({ key }) => key)).toEqual(marks.map(({ key }) => key))
    expect(said).toContain('the mark that an IP address has asked for it, which is gone an hour after')
  })
})
