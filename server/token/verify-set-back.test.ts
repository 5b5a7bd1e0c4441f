import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { crafted, issued, NONCE, NOW, refusalBy, testKeys, verifierOf, type TestKeys } from './test/tokens.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let old: TestKeys
let next: TestKeys
beforeAll(async () => {
  old = await testKeys()
  next = await testKeys()
})

describe('while the clock of a backend is set, the keys', () => {
  let published: TestKeys['published']
  let down: boolean
  let fetches: number

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW + HOUR, toFake: ['Date', 'performance'] })
    published = old.published
    down = false
    fetches = 0
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const setBack = (milliseconds: number) => vi.setSystemTime(Date.now() - milliseconds)

  /** A verifier that has believed a token, and so has keys. */
  async function verifier() {
    const fetch = async () => {
      fetches++
      return Response.json(down ? { error: 'maintenance' } : published)
    }
    const one = verifierOf(old, { fetch })
    const believes = (token: string) => one.verify(token, { nonce: NONCE }).then(Boolean)
    await believes(await issued(old))
    return { believes, refusal: (token: string) => refusalBy(one, token) }
  }

  it('are fetched anew, once, where they came at a time that is yet to come (SR-A21)', async () => {
    const { believes } = await verifier()
    published = { keys: [...next.published.keys, ...old.published.keys] }
    setBack(HOUR)
    const fresh = await crafted(next)
    await Promise.all(Array.from({ length: 100 }, () => believes(fresh)))
    for (let n = 0; n < 20; n++) await believes(fresh)
    expect(fetches).toBe(2)
  })

  it('are no longer believed if one of them was revoked (SR-A22)', async () => {
    const { refusal } = await verifier()
    published = next.published
    setBack(HOUR)
    expect(await refusal(await issued(old))).toBe('token_forged')
  })

  it('are believed for five minutes in all, however far it is set back within them (SR-A22)', async () => {
    const { believes, refusal } = await verifier()
    published = next.published
    vi.advanceTimersByTime(5 * MINUTE - 1)
    setBack(4 * MINUTE)
    await believes(await issued(old))
    vi.advanceTimersByTime(1)
    expect(await refusal(await issued(old))).toBe('token_forged')
    expect(fetches).toBe(2)
  })

  it('are asked for as if there were none where that fails, and tokens wait (SR-A22)', async () => {
    const { believes, refusal } = await verifier()
    down = true
    setBack(HOUR)
    for (let n = 0; n < 1000; n++) {
      expect(await refusal(await issued(old))).toBe('keys_unavailable')
      vi.advanceTimersByTime(10)
    }
    expect(fetches).toBeGreaterThan(6)
    expect(fetches).toBeLessThanOrEqual(16)
    down = false
    vi.advanceTimersByTime(1000)
    await believes(await issued(old))
  })
})
