import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Store } from '../store.js'
import { facts, PATIENCE, taken, tally, terms } from '../test/bench.js'
import { sqliteStore } from './sqlite.js'
import { expectSound, rowsOf } from './test/sound.js'

let folder: string
let path: string
let time: number
let opened: Store[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-schema-'))
  path = join(folder, 'store.db')
  time = Date.UTC(2026, 0, 1)
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.close()
  expectSound(path)
  rmSync(folder, { recursive: true })
})

function open(): Store {
  opened.push(sqliteStore({ path, now: () => time }))
  return opened.at(-1)!
}

it('goes on with a file from before pages had keys and accounts had kinds (SR-A17)', async () => {
  const before = open()
  await before.add(facts({ nonce: 'n' }), terms(), PATIENCE)
  const known = await before.get('id-1')
  await before.close()
  const earlier = new Database(path)
  earlier.exec(`
    ALTER TABLE verification DROP COLUMN key_thumbprint;
    ALTER TABLE verification DROP COLUMN trail;
    DELETE FROM tally WHERE kind = 'mark';
    INSERT INTO item VALUES ('counter', 'number', 5, ${time + 60_000});
    PRAGMA user_version = 1`)
  earlier.close()

  const [after, another] = [open(), open()]
  expect(await after.get('id-1')).toEqual(known)
  const keyThumbprint = 'thumbprint'
  await after.add(facts({ id: 'id-2', slot: 'id-slot-2', keyThumbprint }), terms(), PATIENCE)
  expect(await another.get('id-2')).toMatchObject({ keyThumbprint })
  expect(await taken(after.consume([tally('number', 1, 1000)]))).toBe(true)
  await after.earn({ earnings: [], marks: [{ key: 'mark', keep: 1000 }], forgotten: [] })
  expect(await taken(after.consume([{ ...tally('closed', 0, 1000), waivers: ['mark'] }]))).toBe(true)
})

it('goes on with a file from before only some keys were kept in the order of their ends', async () => {
  const before = open()
  await before.claim('key', 'holder', 60_000)
  await before.consume([tally('counter', 1, 60_000)])
  await before.close()
  const earlier = new Database(path)
  earlier.exec(
    'DROP INDEX item_until; CREATE INDEX item_until ON item (kind, until); PRAGMA user_version = 2',
  )
  earlier.close()

  const after = open()
  expect(await after.claim('key', 'another', 1000)).toBe(false)
  expect(await taken(after.consume([tally('counter', 1, 60_000)]))).toBe(false)
  const [index] = rowsOf(path, `SELECT sql FROM sqlite_schema WHERE name = 'item_until'`)
  expect(index!['sql']).toContain('WHERE')
})
