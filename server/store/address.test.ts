import { expect, it } from 'vitest'
import { parseStoreAddress } from './address.js'

it('knows the three kinds of store', () => {
  expect(parseStoreAddress('memory:')).toEqual({ kind: 'memory' })
  expect(parseStoreAddress('sqlite:data/store.db')).toEqual({ kind: 'sqlite', path: 'data/store.db' })
  expect(parseStoreAddress('sqlite:/var/lib/otp/store.db')).toMatchObject({ path: '/var/lib/otp/store.db' })
  for (const url of ['redis://localhost', 'rediss://u:p@h:6380/1', 'redis+cluster://a:1,b:2']) {
    expect(parseStoreAddress(url)).toEqual({ kind: 'redis', url })
  }
})

it('names the mistake in anything else, and never repeats it', () => {
  for (const text of [
    '',
    'memory',
    'sqlite:',
    'sqlite::memory:',
    'sqlite:///x.db',
    'postgres://u:top-secret@h/db',
  ]) {
    expect(parseStoreAddress(text), text).toEqual({ mistake: expect.stringMatching(/^Write sqlite:/) })
  }
  expect(parseStoreAddress('redis://u:top-secret@h:x')).toEqual({
    mistake: expect.not.stringContaining('top-secret'),
  })
})
