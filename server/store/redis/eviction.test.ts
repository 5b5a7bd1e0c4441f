import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../cli/open-store.js'
import { StoreError } from '../store.js'
import { survivesCrash } from './eviction.js'
import { HAS_REDIS_SERVER, startRedisServer } from './test/redis-server.js'

async function serverWith(...settings: string[]): Promise<string> {
  const server = await startRedisServer(settings)
  onTestFinished(() => server.stop())
  return server.url
}

describe.skipIf(!HAS_REDIS_SERVER)('a server whose Redis would forget keys before their time', () => {
  it.each(['allkeys-lru', 'volatile-ttl', 'volatile-lru', 'allkeys-random'])(
    'does not start: %s forgets who has used up their attempts (SR-D22)',
    async (policy) => {
      const url = await serverWith('--maxmemory', '64mb', '--maxmemory-policy', policy)
      const refused = await openStore(url).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(StoreError)
      expect((refused as Error).message).toMatch(
        new RegExp(`maxmemory-policy is ${policy}.*set it to noeviction`),
      )
    },
  )

  it('starts where nothing is forgotten, and where it may not be asked', async () => {
    const url = await serverWith('--maxmemory', '64mb', '--maxmemory-policy', 'noeviction')
    const store = await openStore(url)
    expect(await store.now()).toBeGreaterThan(0)
    await store.close()
    const user = ['--user', 'otp', 'on', '>secret', '~otp:*', '+@all', '-info']
    const another = await serverWith('--maxmemory-policy', 'allkeys-lru', ...user)
    const unasked = await openStore(another.replace('//', '//otp:secret@'))
    expect(await unasked.now()).toBeGreaterThan(0)
    await unasked.close()
  })

  it('is told from one that writes down what it is told', async () => {
    expect(await survivesCrash(await serverWith('--appendonly', 'yes'))).toBe(true)
    expect(await survivesCrash(await serverWith())).toBe(false)
  })
})
