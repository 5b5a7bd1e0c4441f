import { createHash } from 'node:crypto'
import { sealTrail } from '../../dist/server/guard/trail.js'
import { handleDigest, newHandle } from '../../dist/server/pepper/digests.js'
import { digests, routeOf } from '../charges.mjs'

const MINUTE = 60_000
/** Starts that are under way at the same time while a store is filled. */
const BATCH = 100

const sha256 = (text) => createHash('sha256').update(text).digest()

/** The n-th verification, as a start writes it; computed anew each time, so that this script keeps none of them. */
export function facts(n) {
  const { e164 } = routeOf(n)
  const slot = digests.digest('slot', 'shop', 'signup', e164)
  const handle = newHandle(slot, () => sha256(`handle ${n}`))
  return {
    id: handleDigest(handle),
    trail: sealTrail(routeOf(n), digests.key('trail', handle)),
    slot,
    phoneDigest: digests.digest('number', e164),
    sitekey: 'shop',
    origin: 'https://shop.example',
    country: 'US',
    language: 'en',
    action: 'signup',
    nonce: sha256(`nonce ${n}`).toString('base64url', 0, 16),
  }
}

export const terms = { channel: 'sms', lifetime: 5 * MINUTE, attempts: 5, cooldowns: [30_000, MINUTE] }

/** The provider's handle of the n-th. */
export const reference = (n) => sha256(`message ${n}`).toString('hex', 0, 16).toUpperCase()

async function start(store, n, lifetime) {
  const verification = facts(n)
  if ((await store.add(verification, { ...terms, lifetime }, 20_000)) === 'full')
    throw new Error(`There is no room for ${n}.`)
  if (!(await store.recordSend(verification.id, reference(n), 'sms'))) throw new Error(`${n} is not there.`)
}

/** Starts all verifications from one number up to another. @param lifetime milliseconds that they live */
export async function fill(store, from, to, lifetime = terms.lifetime) {
  for (let n = from; n < to; n += BATCH) {
    const batch = Math.min(BATCH, to - n)
    const startAll = () => Promise.all(Array.from({ length: batch }, (_, i) => start(store, n + i, lifetime)))
    // On a busy machine an answer may come too late. What was added once is `busy` then, and made whole.
    await startAll().catch(startAll)
  }
}
