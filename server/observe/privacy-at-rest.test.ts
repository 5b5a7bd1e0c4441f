import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HAS_REDIS_SERVER } from '../store/redis/test/redis-server.js'
import { facts, PATIENCE, terms } from '../store/test/bench.js'
import { TestServer, testSite } from '../test/harness.js'
import { generateSigningJwk, signingKeys } from '../token/keys.js'
import { memoryDump, redisDump, sqliteDump, type MakeStore } from './test/dumps.js'
import { codeForms, finder, numberForms, pieces } from './test/traces.js'
import { CODES, instantProvider, visit } from './test/traffic.js'

const START = Date.UTC(2026, 0, 15, 12)
const SECRET = `otps_${'canarySiteSecret'.repeat(3)}`
const API_KEY = 'canary-api-key-0123456789abcdef'
const PEPPER = Buffer.from('canary-pepper-0123456789-0123456789')

/** Visits that leave something in the store. `npm run soak` asks for the whole of it. */
const VISITS = process.env['SOAK'] === '1' ? 10_000 : 600

/** Visits whose messages and codes travel by the real SDK, over HTTP, to the sandbox. */
const VISITS_OVER_HTTP = 150

const STORES: [name: string, make: MakeStore, runs: boolean][] = [
  ['a file of SQLite with its log', sqliteDump, true],
  ['a Redis with the file it saves', redisDump, HAS_REDIS_SERVER],
  ['all that a memory store was told', memoryDump, true],
]
const RUNS = STORES.flatMap(([name, ...how]) => [
  [VISITS, name, false, ...how] as const,
  [VISITS_OVER_HTTP, `${name}, over HTTP`, true, ...how] as const,
])

describe.each(RUNS)('after %i visits, %s', (count, _, overHttp, make, runs) => {
  it.skipIf(!runs)(
    'holds no number in any form or plain digest, no code, handle, token, key or secret (SR-G01, SR-G04, SR-G06, SR-C01)',
    { timeout: 600_000 },
    async () => {
      const running: { server?: TestServer } = {}
      const now = () => running.server?.time ?? START
      const dumped = await make(now)
      onTestFinished(() => dumped.close())
      const instant = overHttp ? undefined : instantProvider()
      const jwk = await generateSigningJwk(randomBytes)
      const server = await TestServer.start({
        sites: [testSite({ secrets: [SECRET] })],
        sandbox: { apiKey: API_KEY },
        deps: {
          store: dumped.store,
          pepper: PEPPER,
          ...(instant && { provider: instant }),
          signingKeys: await signingKeys([jwk], now),
        },
      })
      onTestFinished(() => server.stop())
      running.server = server
      const codeFor = instant?.codeFor ?? ((number) => server.code(number))
      const held = await visit(server, count, SECRET, codeFor)
      const codes = instant ? CODES : server.sandbox.messages().map(({ pin }) => pin)
      expect(server.sandbox.requests().length > count).toBe(overHttp)

      const unpacked = held.handles.flatMap((handle): [string, Buffer][] => [
        ['handle, packed', Buffer.from(handle, 'base64url')],
        ['handle after its place, packed', Buffer.from(handle.slice(3), 'base64url')],
      ])
      const find = finder([
        ...held.numbers.flatMap((number) => [...numberForms(number)]),
        ...codes.flatMap((code) => [...codeForms(code)]),
        ...held.handles.flatMap((handle) => [...pieces('handle', handle)]),
        ...unpacked,
        ...held.tokens.flatMap((token) =>
          token
            .split('.')
            .slice(1)
            .flatMap((part) => [...pieces('token', part)]),
        ),
        ...held.idempotencyKeys.flatMap((key) => [...pieces('idempotency key', key)]),
        ...pieces('site secret', SECRET),
        ...pieces('API key', API_KEY),
        ...pieces('pepper', PEPPER.toString()),
        ...pieces('signing key', String(jwk.d)),
        ['signing key, packed', Buffer.from(String(jwk.d), 'base64url')],
      ])
      const dump = await dumped.dump()
      expect(dump.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(200 * count)
      expect([...find(dump)]).toEqual([])
      // Six digits stand in a few millions of random characters now and then. A code that is kept stands there for each
      // of the visits, a tenth of all, to which it was sent.
      for (const code of instant ? CODES : []) {
        const times = dump.reduce((sum, text) => sum + text.toString('latin1').split(code).length - 1, 0)
        expect(times, code).toBeLessThan(count / 200)
      }

      // The search would have found it.
      const [number, handle] = [held.numbers[7]!, held.handles[7]!]
      await dumped.store.claim(number, `holder of ${API_KEY}`, 1000)
      await dumped.store.claim(createHash('sha256').update(number).digest('base64url'), 'holder', 1000)
      await dumped.store.add(facts({ id: handle, slot: handle }), terms(), PATIENCE)
      const planted = [...find(await dumped.dump())]
      expect(planted).toEqual(expect.arrayContaining(['E164', 'plain', 'national', 'tail']))
      expect(planted.some((name) => name.startsWith('E164, sha256'))).toBe(true)
      expect(planted.some((name) => name.startsWith('handle'))).toBe(true)
      expect(planted.some((name) => name.startsWith('API key'))).toBe(true)
    },
  )
})
