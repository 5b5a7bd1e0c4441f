import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryStore } from './memory.js'
import { sqliteStore } from './sqlite/sqlite.js'
import { StoreFullError, type Store } from './store.js'
import { taken, tally } from './test/bench.js'

const DAY = 24 * 60 * 60_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-operator-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Settings {
  now: () => number
  capacity: number
  bytes?: number
}
const STORES: [name: string, open: (settings: Settings) => Store][] = [
  ['memory', memoryStore],
  ['sqlite', (settings) => sqliteStore({ path: join(folder, 'store.db'), ...settings })],
]

describe.each(STORES)('a %s store', (_, open) => {
  it('has an eighth of its bytes for operators and servers, whatever those under way fill (SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 100_000, bytes: 2 ** 20 })
    const long = 'x'.repeat(500)
    for (const add of [
      (n: number) => store.claim(`key ${n}`, long, DAY, 'under way'),
      (n: number) => store.consume([tally(`account ${n} ${long}`, 3, DAY)], 'under way'),
      (n: number) => store.begin(`call ${n}`, long, DAY),
    ]) {
      for (let n = 0, full = false; !full; n++) {
        await add(n).catch((error: unknown) => (full = error instanceof StoreFullError))
      }
    }
    for (let n = 0; n < 40; n++) {
      expect(await store.claim(`revoked ${n}`, long, DAY, 'operator')).toBe(true)
      expect(await taken(store.consume([tally(`denied ${n}`, 3, DAY)], 'operator'))).toBe(true)
      expect((await store.announce('servers', `server ${n}`, long, DAY)).size).toBe(n + 1)
    }
    await store.close()
  })

  it('has room for an eighth more announcements than for other keys (SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 16 })
    const announce = (n: number) => store.announce('servers', `server ${n}`, 'here', DAY)
    for (let n = 0; n < 18; n++) expect((await announce(n)).size).toBe(n + 1)
    await expect(announce(18)).rejects.toThrow(StoreFullError)
    await store.close()
  })
})
