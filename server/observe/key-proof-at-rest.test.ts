import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PageKey } from '../guard/test/page-key.js'
import { HAS_REDIS_SERVER } from '../store/redis/test/redis-server.js'
import { TestServer, testSite } from '../test/harness.js'
import { memoryDump, redisDump, sqliteDump, type MakeStore } from './test/dumps.js'
import { finder, pieces } from './test/traces.js'

const START = Date.UTC(2026, 0, 15, 12)

const STORES: [name: string, make: MakeStore, runs: boolean][] = [
  ['a file of SQLite with its log', sqliteDump, true],
  ['a Redis with the file it saves', redisDump, HAS_REDIS_SERVER],
  ['all that a memory store was told', memoryDump, true],
]

describe.each(STORES)('%s', (_, make, runs) => {
  it.skipIf(!runs)(
    'holds of a page’s key its thumbprint alone, and nothing of its proofs (SR-A17, SR-G06)',
    async () => {
      const running: { server?: TestServer } = {}
      const dumped = await make(() => running.server?.time ?? START)
      onTestFinished(() => dumped.close())
      const server = await TestServer.start({
        sites: [testSite({ senderConstraint: true })],
        deps: { store: dumped.store },
      })
      onTestFinished(() => server.stop())
      running.server = server
      const key = await PageKey.make(() => server.time)

      const jti = 'canary-jti-0123456789'
      const first = await key.header('start', { claims: { jti } })
      const { body } = await server.start({}, first)
      const second = await key.header('check')
      const checked = await server.check(body.verificationId, server.code(), second)
      expect(checked.status).toBe(200)
      expect((await server.check(body.verificationId, server.code(), second)).status).toBe(404)

      const { x, y, d } = key.jwk
      const signatures = [first, second].map(({ DPoP }) => DPoP!.split('.')[2]!)
      const secrets = { x: x!, y: y!, d: d!, jti, start: signatures[0]!, check: signatures[1]! }
      const find = finder(
        Object.entries(secrets).flatMap(([name, text]) => [
          ...pieces(name, text),
          [`${name}, packed`, Buffer.from(text, 'base64url')] as const,
        ]),
      )
      const dump = await dumped.dump()
      expect([...find(dump)]).toEqual([])
      const thumbprint = await calculateJwkThumbprint(key.jwk)
      const kept = finder([
        ['text', Buffer.from(thumbprint)],
        ['packed', Buffer.from(thumbprint, 'base64url')],
      ])
      expect(kept(dump).size).toBeGreaterThan(0)
      expect(JSON.stringify(server.events)).not.toMatch(new RegExp(`${jti}|${thumbprint}|${x!}`))
      // The search would have found them.
      await dumped.store.claim(`${jti} ${x!}`, 'holder', 1000)
      expect([...find(await dumped.dump())]).toEqual(expect.arrayContaining(['jti at 0', 'x at 0']))
    },
  )
})
