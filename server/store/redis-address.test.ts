import { describe, expect, it } from 'vitest'
import { parseRedisUrl } from './redis-address.js'
import { redisStore } from './redis/redis.js'

const PLAIN = { cluster: false, tls: false, username: undefined, password: undefined, db: 0, replicas: 0 }

describe('the address of a Redis', () => {
  it.each([
    ['redis://cache', { nodes: [{ host: 'cache', port: 6379 }] }],
    ['redis://cache.example:7000/', { nodes: [{ host: 'cache.example', port: 7000 }] }],
    ['redis://[::1]:7000/3', { nodes: [{ host: '::1', port: 7000 }], db: 3 }],
    ['redis://cache/3?replicas=1', { nodes: [{ host: 'cache', port: 6379 }], db: 3, replicas: 1 }],
    ['rediss://cache', { tls: true, nodes: [{ host: 'cache', port: 6379 }] }],
    ['redis://:s3cret@cache', { password: 's3cret', nodes: [{ host: 'cache', port: 6379 }] }],
    [
      'redis://otp:p%40ss%2Fw%3Ard@cache',
      { username: 'otp', password: 'p@ss/w:rd', nodes: [{ host: 'cache', port: 6379 }] },
    ],
    [
      'rediss+cluster://otp:s3cret@one:7000,two:7001',
      {
        ...{ cluster: true, tls: true, username: 'otp', password: 's3cret' },
        nodes: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 7001 },
        ],
      },
    ],
  ])('is read from %s', (url, address) => {
    expect(parseRedisUrl(url)).toEqual({ ...PLAIN, ...address })
  })

  it.each([
    'cache:6379',
    'http://cache',
    'redis://',
    'redis://s3cret@cache',
    'redis://:s3cret/@cache',
    'redis://:s3cret@cache:70000',
    'redis://:s3cret@cache/other',
    'redis://:s3cret@cache?password=s3cret',
    'redis://:s3cret@cache?replicas=0',
    'redis://:s3cret@cache?replicas=1&timeout=5',
    'redis+cluster://:s3cret@one?replicas=1',
    'redis://:s3cret%zz@cache',
    'redis://:s3cret@one,two',
    'redis+cluster://:s3cret@one/1',
    'redis+cluster://:s3cret@one,',
  ])('is not read from %s, and the mistake does not repeat it', (url) => {
    expect(parseRedisUrl(url)).toEqual({ mistake: expect.not.stringMatching(/s3cret|cache/) })
    expect(() => redisStore({ url })).toThrow(TypeError)
  })
})
