import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp, memoryStore, type AppDeps } from './index.js'
import { TestServer } from './test/harness.js'

let server: TestServer
beforeAll(async () => {
  server = await TestServer.start()
})
afterAll(() => server.stop())

describe('a server made of its parts is not made', () => {
  const TEXT = 'p'.repeat(64) as unknown as Uint8Array
  const NETWORKS = ['10.0.0.0/8'] as unknown as AppDeps['trustedProxies'] & object

  it.each<[string, Partial<AppDeps>]>([
    ['with an empty pepper (SR-G03)', { pepper: new Uint8Array(0) }],
    ['with one that is too short (SR-G03)', { pepper: randomBytes(31) }],
    ['with a text for a pepper, which was not read as bytes (SR-G03)', { pepper: TEXT }],
    ['with another pepper that is empty (SR-G03)', { otherPepper: new Uint8Array(0) }],
    ['to take no call at once', { mostAtOnce: 0 }],
    ['to take no number of calls at once', { mostAtOnce: NaN }],
    ['with networks of proxies that nobody has read', { trustedProxies: NETWORKS }],
    ['with a number of proxies that is none', { trustedProxies: -1 }],
  ])('%s', (_, wrong) => {
    expect(() => createApp({ ...server.deps, ...wrong })).toThrow(TypeError)
  })

  it.each([0, -1, NaN])('with a store in memory for %d entries or bytes', (few) => {
    expect(() => memoryStore({ capacity: few })).toThrow(TypeError)
    expect(() => memoryStore({ bytes: few })).toThrow(TypeError)
  })
})
