import Database from 'libsql'
import { expect, it } from 'vitest'
import { facts, PATIENCE, taken, tally, terms } from '../test/bench.js'
import { openedFile } from './test/opened.js'
import { rowsOf } from './test/sound.js'

const file = openedFile()

/** Makes the index as it was once: of the ends of all keys. */
const INDEX_OF_ALL = 'DROP INDEX item_until; CREATE INDEX item_until ON item (kind, until);'

function expectIndexOfSome(): void {
  const [index] = rowsOf(file.path, `SELECT sql FROM sqlite_schema WHERE name = 'item_until'`)
  expect(index!['sql']).toContain('WHERE')
}

it('goes on with a file from before pages had keys and accounts had kinds (SR-A17)', async () => {
  const before = file.open()
  await before.add(facts({ nonce: 'n' }), terms(), PATIENCE)
  const known = await before.get('id-1')
  await before.close()
  const earlier = new Database(file.path)
  earlier.exec(`${INDEX_OF_ALL}
    ALTER TABLE verification DROP COLUMN key_thumbprint;
    ALTER TABLE verification DROP COLUMN trail;
    DELETE FROM tally WHERE kind = 'mark';
    INSERT INTO item VALUES ('counter', 'number', 5, ${file.time + 60_000});
    PRAGMA user_version = 1`)
  earlier.close()

  const [after, another] = [file.open(), file.open()]
  expect(await after.get('id-1')).toEqual(known)
  const keyThumbprint = 'thumbprint'
  await after.add(facts({ id: 'id-2', slot: 'id-slot-2', keyThumbprint }), terms(), PATIENCE)
  expect(await another.get('id-2')).toMatchObject({ keyThumbprint })
  expect(await taken(after.consume([tally('number', 1, 1000)]))).toBe(true)
  await after.apply({ earnings: [], marks: [{ key: 'mark', keep: 1000 }], forgotten: [] })
  expect(await taken(after.consume([{ ...tally('closed', 0, 1000), waivers: ['mark'] }]))).toBe(true)
  expectIndexOfSome()
})

it('goes on with a file from before only some keys were kept in the order of their ends', async () => {
  const before = file.open()
  await before.claim('key', 'holder', 60_000)
  await before.consume([tally('counter', 1, 60_000)])
  await before.close()
  const earlier = new Database(file.path)
  earlier.exec(`${INDEX_OF_ALL} PRAGMA user_version = 2`)
  earlier.close()

  const after = file.open()
  expect(await after.claim('key', 'another', 1000)).toBe(false)
  expect(await taken(after.consume([tally('counter', 1, 60_000)]))).toBe(false)
  expectIndexOfSome()
})
