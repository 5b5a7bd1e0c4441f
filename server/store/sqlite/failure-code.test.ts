import Database from 'libsql'
import { expect, it } from 'vitest'
import { nameOf } from '../../observe/error-name.js'
import { failure, guarded } from './failure.js'

const told = (code: string) => nameOf(failure(Object.assign(new Error('of /srv/a path'), { code })))

it('is told in events with the word by which SQLite says why, and with no other', () => {
  expect(told('SQLITE_FULL')).toBe('StoreError:SQLITE_FULL')
  expect(told('SQLITE_IOERR_SHORT_READ')).toBe('StoreError:SQLITE_IOERR_SHORT_READ')
  for (const code of ['', 'EIO', 'SQLITE_FULL of /srv/a path', 'of SQLITE_FULL'])
    expect(told(code)).toBe('StoreError')
})

it('has that word from the driver', () => {
  const db = new Database(':memory:')
  expect(() => guarded(() => db.exec('PRAGMA query_only = ON; CREATE TABLE a (b)'))).toThrow(
    expect.objectContaining({ code: 'SQLITE_READONLY' }),
  )
})
