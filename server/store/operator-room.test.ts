import { describe, expect, it } from 'vitest'
import { StoreFullError } from './store.js'
import { taken, tally } from './test/bench.js'
import { fill, machineStores } from './test/machine-stores.js'

const DAY = 24 * 60 * 60_000

describe.each(machineStores().stores)('a %s store', (_, open) => {
  it('has an eighth of its bytes for operators and servers, whatever those under way fill (SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 100_000, bytes: 2 ** 20 })
    const long = 'x'.repeat(500)
    await fill((n) => store.claim(`key ${n}`, long, DAY, 'under way'))
    await fill((n) => store.consume([tally(`account ${n} ${long}`, 3, DAY)], 'under way'))
    await fill((n) => store.begin(`call ${n}`, long, DAY))
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
