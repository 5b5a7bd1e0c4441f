import { expect, it } from 'vitest'
import { parseStoreAddress } from './address.js'

it('knows the three kinds of store', () => {
  expect(parseStoreAddress('memory:')).toEqual({ kind: 'memory' })
  expect(parseStoreAddress('sqlite:data/store.db')).toEqual({ kind: 'sqlite', path: 'data/store.db' })
  expect(parseStoreAddress('sqlite:/var/lib/otp/store.db')).toMatchObject({ path: '/var/lib/otp/store.db' })
  for (const url of ['redis://localhost', 'rediss://u:p@h:6380/1', 'redis+cluster://a:1,b:2']) {
    expect(parseStoreAddress(url)).toMatchObject({ kind: 'redis', url })
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

it('says what should not be left so of a Redis on another machine (SR-D22)', () => {
  const weaknesses = (url: string) => {
    const parsed = parseStoreAddress(url)
    return 'weaknesses' in parsed
      ? parsed.weaknesses.map((text) => /unencrypted|password/.exec(text)![0])
      : []
  }
  expect(weaknesses('redis://cache.example')).toEqual(['unencrypted', 'password'])
  expect(weaknesses('redis://:secret@cache.example')).toEqual(['unencrypted'])
  expect(weaknesses('rediss://cache.example')).toEqual(['password'])
  expect(weaknesses('rediss://u:secret@cache.example')).toEqual([])
  expect(weaknesses('redis+cluster://127.0.0.1:7001,cache.example:7002')).toEqual(['unencrypted', 'password'])
  for (const near of ['redis://localhost', 'redis://127.0.0.1:6380', 'redis://[::1]:6379']) {
    expect(weaknesses(near), near).toEqual([])
  }
})
