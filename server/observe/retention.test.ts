import { describe, expect, it, onTestFinished } from 'vitest'
import { HAS_REDIS_SERVER } from '../store/redis/test/redis-server.js'
import { TestServer, testSite } from '../test/harness.js'
import { redisDump, sqliteDump, type MakeStore } from './test/dumps.js'
import { instantProvider, visit } from './test/traffic.js'

const START = Date.UTC(2026, 0, 15, 12)
const DAY = 24 * 60 * 60_000
const SECRET = `otps_${'s'.repeat(43)}`

/** A store after a hundred visits, and the server they were made to. */
async function visited(make: MakeStore) {
  const running: { server?: TestServer } = {}
  const dumped = await make(() => running.server?.time ?? START)
  onTestFinished(() => dumped.close())
  const provider = instantProvider()
  const server = await TestServer.start({
    sites: [testSite({ secrets: [SECRET] })],
    deps: { store: dumped.store, provider },
  })
  running.server = server
  onTestFinished(() => server.stop())
  await visit(server, 100, SECRET, provider.codeFor)
  return { server, dumped }
}

describe('what is kept of visits', () => {
  it('is gone from a file of SQLite 90 days later, though nobody came since (SR-G08)', async () => {
    const { server, dumped } = await visited(sqliteDump)
    expect(await dumped.kept()).toBeGreaterThan(100)
    server.advance(90 * 24 * 60 * 60)
    // As a server does that is there and has nothing to do.
    for (let times = 0; times < 100; times++) await dumped.store.announce('servers', 'one', 'here', 1000)
    await dumped.store.withdraw('servers', 'one')
    expect(await dumped.kept()).toBe(0)
  })

  // Beside these, nothing outlives a day: known numbers, wrong codes in a row, what ranges and countries have earned, and how many
  // starts and wrong codes a site had on each day.
  const LONGER: [use: RegExp, days: number][] = [
    [/\{n\}:(known|streak|inhabited):/, 90],
    [/\{n\}:(proven|proven-country|trust|range|operator|country):/, 30],
    [/\{n\}:visits:shop:(started|proven):day:/, 30],
    [/\{n\}:guesses:shop:wrong:day:/, 9],
    [/\{n\}:(address|neighbourhood|proven-address):/, 7],
  ]

  it.skipIf(!HAS_REDIS_SERVER)(
    'is given to Redis for a day, or for as long as is said (SR-G08)',
    async () => {
      const { dumped } = await visited(redisDump)
      expect(await dumped.kept()).toBeGreaterThan(50)
      const ends = await dumped.ends()
      expect(ends).toHaveLength(await dumped.kept())
      for (const [key, left] of ends) {
        const [, days = 1] = LONGER.find(([use]) => use.test(key)) ?? []
        expect(left, key).toBeGreaterThan(0)
        expect(left, key).toBeLessThanOrEqual(days * DAY + 60_000)
      }
      for (const [use] of LONGER.slice(0, 2)) expect(ends.some(([key]) => use.test(key))).toBe(true)
    },
  )
})
