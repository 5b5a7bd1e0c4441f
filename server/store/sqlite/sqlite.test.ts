import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StoreError, type Store } from '../store.js'
import { facts, PATIENCE, taken, tally, terms } from '../test/bench.js'
import { describeStore } from '../test/conformance.js'
import { describeModel } from '../test/model-conformance.js'
import type { StoreUnderTest } from '../test/store-under-test.js'
import { sqliteStore, type SqliteStoreOptions } from './sqlite.js'
import { expectSound, rowsOf } from './test/sound.js'

const START = Date.UTC(2026, 0, 1)

async function make(): Promise<StoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-sqlite-'))
  const path = join(folder, 'store.db')
  let time = START
  const open = () => sqliteStore({ path, now: () => time })
  const opened = [open()]
  return {
    store: opened[0]!,
    advance: (milliseconds) => (time += milliseconds),
    async another() {
      opened.push(open())
      return opened.at(-1)!
    },
    async close() {
      for (const store of opened) await store.close()
      expectSound(path)
      rmSync(folder, { recursive: true })
    },
  }
}

describeStore('sqlite', make)
describeModel('sqlite', make)

describe('a store in a file', () => {
  let folder: string
  let path: string
  let time: number
  let opened: Store[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otp-verify-sqlite-'))
    path = join(folder, 'data', 'store.db')
    time = START
    opened = []
  })
  afterEach(async () => {
    vi.useRealTimers()
    for (const store of opened) await store.close()
    rmSync(folder, { recursive: true })
  })

  function open(options: Partial<SqliteStoreOptions> = {}): Store {
    opened.push(sqliteStore({ path, now: () => time, ...options }))
    return opened.at(-1)!
  }

  /** With the clock that everybody gets. */
  function openByDefault(): Store {
    opened.push(sqliteStore({ path }))
    return opened.at(-1)!
  }

  function refusal(): StoreError {
    try {
      open()
    } catch (error) {
      expect(error).toBeInstanceOf(StoreError)
      return error as StoreError
    }
    throw new Error('The file was opened.')
  }

  it('is readable by its owner alone, as are its folder and the files beside it', async () => {
    await open().claim('key', 'holder', 1000)
    const mode = (file: string) => statSync(file).mode & 0o777
    expect(mode(join(folder, 'data'))).toBe(0o700)
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(mode(file)).toBe(0o600)
  })

  it('remembers everything when it is opened again', async () => {
    const before = open()
    await before.add(facts({ nonce: 'n', language: 'en' }), terms(), PATIENCE)
    await before.recordSend('id-1', 'ref-1', 'voice')
    await before.reserveAttempt('id-1', 0, PATIENCE)
    await before.claim('key', 'holder', 1000)
    await before.consume([tally('counter', 1, 1000)])
    await before.apply({ earnings: [], marks: [{ key: 'mark', keep: 1000 }], forgotten: [] })
    await before.begin('call', 'holder', 1000)
    const known = await before.get('id-1')
    await before.close()

    const after = open()
    expect(await after.get('id-1')).toEqual(known)
    expect(await after.reserveAttempt('id-1', 0, PATIENCE)).toMatchObject({ refused: 'busy' })
    expect(await after.claim('key', 'another', 1000)).toBe(false)
    expect(await taken(after.consume([tally('counter', 1, 1000)]))).toBe(false)
    expect(await taken(after.consume([{ ...tally('closed', 0, 1000), waivers: ['mark'] }]))).toBe(true)
    expect(await after.begin('call', 'holder', 1000)).toBe('running')
  })

  it('is whole in its one file once it is closed', async () => {
    const store = open()
    await store.claim('key', 'holder', 1000)
    await store.close()
    const copy = join(folder, 'copy.db')
    writeFileSync(copy, readFileSync(path))
    expect(await open({ path: copy }).isClaimed('key')).toBe(true)
  })

  it('refuses a file of another version, of somebody else, or that is no database, and leaves it alone', async () => {
    await open().close()
    const versions = new Database(path)
    versions.exec('PRAGMA user_version = 99')
    versions.close()
    expect(refusal().message).toContain('version 99')

    path = join(folder, 'other.db')
    const other = new Database(path)
    other.exec('CREATE TABLE t (x)')
    other.close()
    const before = readFileSync(path)
    expect(refusal().message).toContain('another program')
    expect(readFileSync(path)).toEqual(before)

    path = join(folder, 'text')
    writeFileSync(path, 'This is no database. '.repeat(1000))
    expect(refusal().message).toContain('SQLITE_NOTADB')
  })

  it('names neither file nor content when it fails', async () => {
    path = join(folder, 'a-folder')
    mkdirSync(path)
    expect(refusal().message).toBe('The store’s file is a folder.')

    path = join(folder, 'store.db')
    const store = open()
    const broken = new Database(path)
    broken.exec('DROP TABLE item')
    broken.close()
    const failure = await store.claim('secret-key', 'secret-holder', 1000).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreError)
    expect(String(failure)).not.toMatch(/secret|store\.db/)
    expect(failure).not.toHaveProperty('cause')
  })

  it('fails with a StoreError once it is closed', async () => {
    const store = open()
    await store.close()
    await expect(store.get('id-1')).rejects.toThrow(StoreError)
  })

  it('fails when another process holds it for too long, and goes on afterwards (SR-C15)', async () => {
    const store = open()
    const holder = new Database(path)
    holder.exec('BEGIN IMMEDIATE')
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => store.claim('key', 'holder', 1000)))
    for (const one of all) expect(String((one as PromiseRejectedResult).reason)).toContain('SQLITE_BUSY')
    holder.exec('COMMIT')
    holder.close()
    expect(await store.claim('key', 'holder', 1000)).toBe(true)
    expect(await open().claim('key', 'another', 1000)).toBe(false)
  })

  it('refuses new verifications when it is full, and evicts nobody (SR-D20)', async () => {
    const store = open({ capacity: 10 })
    const add = (n: number) => store.add(facts({ id: `id-${n}`, slot: `slot-${n}` }), terms(), PATIENCE)
    for (let n = 0; n < 10; n++) expect(await add(n)).not.toBe('full')
    await store.recordSend('id-0', 'ref-1', 'sms')
    for (let n = 10; n < 200; n++) expect(await add(n)).toBe('full')
    const reserved = await store.reserveAttempt('id-0', 0, PATIENCE)
    expect(reserved).toHaveProperty('lease')
    await store.discard('id-5')
    expect(await add(5)).not.toBe('full')
    time += 900_000
    for (let n = 20; n < 30; n++) expect(await add(n)).not.toBe('full')
    expect(await add(30)).toBe('full')
  })

  it('refuses new keys of a kind that is full, and counts on with those it has (SR-D20)', async () => {
    const store = open({ capacity: 3 })
    const charge = (n: number) => tally(`counter ${n}`, 5, 60_000)
    for (let n = 0; n < 3; n++) await store.consume([charge(n)])
    await expect(store.consume([charge(0), charge(3)])).rejects.toThrow(StoreError)
    for (let more = 0; more < 4; more++) expect(await taken(store.consume([charge(0)]))).toBe(true)
    expect(await taken(store.consume([charge(0)]))).toBe(false)
    for (let n = 0; n < 3; n++) await store.claim(`key ${n}`, 'holder', 60_000)
    await expect(store.claim('key 3', 'holder', 60_000)).rejects.toThrow(StoreError)
    for (let n = 0; n < 3; n++) await store.begin(`call ${n}`, 'holder', 60_000)
    await expect(store.begin('call 3', 'holder', 60_000)).rejects.toThrow(StoreError)
    await store.complete('call 0', 'holder', 'answer', 60_000)
    expect(await store.begin('call 0', 'holder', 60_000)).toEqual({ answer: 'answer' })
    time += 60_000
    expect(await store.claim('key 3', 'holder', 60_000)).toBe(true)
  })

  it('takes no more room when thousands come and go than when some hundred do (SR-D21)', async () => {
    const store = open()
    let most = 0
    for (let n = 0; n < 3000; n++) {
      // Some 100 of each are alive at a time.
      time += 9000
      await store.add(
        facts({ id: `id-${n}`, slot: `slot-${n}`, origin: `https://${n}.example` }),
        terms(),
        PATIENCE,
      )
      await store.claim(`key ${n}`, 'holder', 900_000)
      if (n === 500) most = rowsOf(path, 'PRAGMA page_count')[0]!['page_count'] as number
    }
    const left = rowsOf(
      path,
      'SELECT (SELECT count(*) FROM verification) + (SELECT count(*) FROM common) AS n',
    )
    expect(left[0]!['n']).toBeLessThanOrEqual(220)
    expect(rowsOf(path, 'PRAGMA page_count')[0]!['page_count']).toBeLessThanOrEqual(most + 5)
    expectSound(path)
  })

  it('keeps a living verification in at most 300 bytes', async () => {
    const store = open()
    const random = () => randomBytes(32).toString('base64url')
    const sent: string[] = []
    for (let n = 0; n < 4000; n++) {
      const slot = random()
      const id = slot.slice(0, 3) + random()
      const made = { id, slot, phoneDigest: random(), nonce: random().slice(0, 22) }
      await store.add(
        facts({ ...made, language: 'en', action: 'signup' }),
        terms({ lifetime: 3_600_000 }),
        PATIENCE,
      )
      sent.push(made.id)
      // Messages take a while, so that what is added and what is recorded lie apart.
      if (n >= 100)
        await store.recordSend(sent[n - 100]!, randomBytes(16).toString('hex').toUpperCase(), 'sms')
    }
    expect((rowsOf(path, 'PRAGMA page_count')[0]!['page_count'] as number) * (4096 / 4000)).toBeLessThan(300)
  })

  it('forgets a few at a time when everything is over at once (SR-D21)', async () => {
    const store = open()
    for (let n = 0; n < 100; n++) await store.claim(`key ${n}`, 'holder', 1000)
    time += 1000
    const rows = () => rowsOf(path, 'SELECT count(*) AS n FROM item')[0]!['n']
    await store.claim('later', 'holder', 1000)
    expect(rows()).toBe(100 - 8 + 1)
    for (let n = 0; n < 20; n++) await store.claim(`later ${n}`, 'holder', 1000)
    expect(rows()).toBe(21)
  })

  it('has one clock for all who open it, whatever the system’s clock was set to meanwhile (SR-D24)', async () => {
    const first = openByDefault()
    const before = await first.now()
    expect(Math.abs((await first.recent()) - before)).toBeLessThan(60_000)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * 60_000 })
    const second = openByDefault()
    expect((await second.now()) - before).toBeLessThan(2 * 60_000)
    vi.setSystemTime(Date.now() + 5 * 60_000)
    const third = openByDefault()
    expect((await third.now()) - before).toBeGreaterThan(8 * 60_000)
    expect((await openByDefault().now()) - before).toBeGreaterThan(8 * 60_000)
  })
})
