import { expect, it } from 'vitest'
import { failure } from './failure.js'

it('is told by its code, by its class where the driver gives it an empty one, and never by its words', () => {
  const of = (code: string | undefined) => failure(Object.assign(new TypeError('of /srv/a path'), { code }))
  expect(of('SQLITE_FULL').message).toBe('The store’s file could not be used (SQLITE_FULL).')
  for (const code of ['', undefined])
    expect(of(code).message).toBe('The store’s file could not be used (TypeError).')
})
