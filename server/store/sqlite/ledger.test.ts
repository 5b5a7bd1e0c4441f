import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StoreError, type Store } from '../store.js'
import { taken, tally } from '../test/bench.js'
import { sqliteStore, type SqliteStoreOptions } from './sqlite.js'
import { expectSound, rowsOf } from './test/sound.js'

let folder: string
let path: string
let time: number
let opened: Store[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-ledger-'))
  path = join(folder, 'store.db')
  time = Date.UTC(2026, 0, 1)
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.close()
  expectSound(path)
  rmSync(folder, { recursive: true })
})

function open(options: Partial<SqliteStoreOptions> = {}): Store {
  opened.push(sqliteStore({ path, now: () => time, ...options }))
  return opened.at(-1)!
}

it('keeps little more accounts than are not over, however many come (SR-D21)', async () => {
  const store = open()
  for (let n = 0; n < 3000; n++) {
    // Some 100 are alive at a time.
    time += 9000
    await store.consume([tally(randomBytes(8).toString('hex'), 1, 900_000)])
  }
  expect(rowsOf(path, 'SELECT count(*) AS n FROM item')[0]!['n']).toBeLessThan(150)
})

it('has room for new accounts as soon as some of those that filled it are over (SR-D20)', async () => {
  const store = open({ capacity: 500 })
  const charge = (key: string, window: number) => store.consume([tally(key, 1, window)])
  for (let n = 0; n < 100; n++) await charge(`over soon ${n}`, 1000)
  for (let n = 0; n < 400; n++) await charge(`kept ${n}`, 60_000)
  await expect(charge('new', 1000)).rejects.toThrow(StoreError)
  time += 1000
  for (let n = 0; n < 100; n++) expect(await taken(charge(`new ${n}`, 1000))).toBe(true)
  await expect(charge('new', 1000)).rejects.toThrow(StoreError)
})

it('counts on from what another process has written meanwhile', async () => {
  const [one, another] = [open(), open()]
  for (let n = 0; n < 10; n++) {
    const store = n % 2 ? one : another
    expect(await taken(store.consume([tally('counter', 10, 60_000)]))).toBe(true)
  }
  expect(await taken(one.consume([tally('counter', 10, 60_000)]))).toBe(false)
  await another.earn({ earnings: [], marks: [{ key: 'mark', keep: 1000 }], forgotten: ['counter'] })
  expect(await taken(one.consume([tally('counter', 10, 60_000)]))).toBe(true)
  expect(await taken(one.consume([{ ...tally('closed', 0, 1000), waivers: ['mark'] }]))).toBe(true)
})
