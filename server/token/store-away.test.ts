import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { ServerEvent } from '../observe/events.js'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { createPeers } from './peers.js'
import { testKeys } from './test/tokens.js'

it('a store that is away is told of once, whether or not a call comes, and again when it was back between', async () => {
  const store = memoryStore()
  const { announce } = store
  const events: ServerEvent[] = []
  const { renew } = createPeers({
    ...{ store, digests: digestsUnder(randomBytes(32)), sitekeys: ['shop'], member: 'one' },
    signingKeys: (await testKeys()).signingKeys,
    observe: (event) => events.push(event),
  })
  const away = () => Promise.reject(new StoreError('away', 'ECONNREFUSED'))
  const told: number[] = []
  for (const answer of [announce, away, away, announce, away]) {
    store.announce = answer
    await renew()
    told.push(events.length)
  }
  expect(told).toEqual([0, 1, 1, 1, 2])
  const failure = { event: 'failure', operation: 'store', requestId: '', error: 'StoreError:ECONNREFUSED' }
  expect(events).toEqual([failure, failure])
})
