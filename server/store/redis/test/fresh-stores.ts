import { randomUUID } from 'node:crypto'
import type { StoreUnderTest } from '../../test/store-under-test.js'
import { redisStore } from '../redis.js'

/** What every key begins with that this run of the tests leaves in a Redis. */
export const RUN = `otp-test-${randomUUID()}:`

/** Makes stores for the conformance suite: each is empty, and its clock is turned by hand. */
export function freshStores(url: () => string): () => Promise<StoreUnderTest> {
  let made = 0
  return async () => {
    let time = Date.UTC(2026, 0, 1)
    const prefix = `${RUN}${made++}:`
    const open = () => redisStore({ url: url(), prefix, now: () => time })
    const opened = [open()]
    return {
      store: opened[0]!,
      advance: (milliseconds) => (time += milliseconds),
      async another() {
        opened.push(open())
        return opened.at(-1)!
      },
      async close() {
        await Promise.all(opened.map((store) => store.close()))
      },
    }
  }
}
