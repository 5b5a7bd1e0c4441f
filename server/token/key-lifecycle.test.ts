import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { TOKEN_MAX_LIFETIME } from '../../contract/index.js'
import { JWKS_MAX_AGE, publishedAt, revoke, rotate, signerAt, stateAt } from './key-lifecycle.js'
import type { PrivateJwk } from './key-set.js'
import { generateSigningJwk } from './keys.js'

const NOW = Date.UTC(2026, 0, 15, 12)
const MINUTE = 60_000

let a: PrivateJwk
let b: PrivateJwk
let c: PrivateJwk
beforeAll(async () => {
  ;[a, b, c] = (await Promise.all([1, 2, 3].map(() => generateSigningJwk(randomBytes)))) as [
    PrivateJwk,
    PrivateJwk,
    PrivateJwk,
  ]
})

const states = (keys: readonly PrivateJwk[], now: number) =>
  Object.fromEntries(keys.map((key) => [key.kid, stateAt(keys, key, now)]))

describe('a rotation', () => {
  it('of keys that have all ended signs at once', () => {
    const keys = rotate([{ ...a, exp: NOW / 1000 }], b, NOW)
    expect(keys.map(({ kid }) => kid)).toEqual([b.kid])
    expect(signerAt(keys, NOW)!.kid).toBe(b.kid)
  })

  it('publishes a key a quarter of an hour before it signs, and the old one until its last token has ended (SR-A21)', () => {
    const keys = rotate([a], b, NOW)
    const begins = keys[0]!.nbf! * 1000
    expect(begins - NOW).toBeGreaterThanOrEqual(15 * MINUTE)
    expect(publishedAt(keys, NOW)).toHaveLength(2)
    expect(signerAt(keys, begins - 1)!.kid).toBe(a.kid)
    expect(signerAt(keys, begins)!.kid).toBe(b.kid)
    const ends = keys[1]!.exp! * 1000
    // The life of a token, and the margins that the new key has had.
    expect(ends - begins).toBe(20 * MINUTE)
    expect(ends - begins).toBeGreaterThanOrEqual((TOKEN_MAX_LIFETIME + JWKS_MAX_AGE) * 1000)
    expect(publishedAt(keys, ends - 1)).toHaveLength(2)
    expect(publishedAt(keys, ends)).toEqual([keys[0]])
    expect(states(keys, NOW)).toEqual({ [a.kid]: 'signing', [b.kid]: 'waiting' })
    expect(states(keys, begins)).toEqual({ [a.kid]: 'ending', [b.kid]: 'signing' })
    expect(states(keys, ends)).toEqual({ [a.kid]: 'ended', [b.kid]: 'signing' })
  })

  it('waits for the one before it, and drops what has ended', () => {
    const once = rotate([a], b, NOW)
    expect(() => rotate(once, c, NOW + MINUTE)).toThrow(`${b.kid} begins to sign at 2026-01-15T12:15:00.000Z`)
    const later = NOW + 60 * MINUTE
    const twice = rotate(once, c, later)
    expect(twice.map(({ kid }) => kid)).toEqual([c.kid, b.kid])
  })

  it('prolongs no key that was to end sooner', () => {
    const soon = Math.floor(NOW / 1000) + 60
    expect(rotate([{ ...a, exp: soon }], b, NOW)[1]!.exp).toBe(soon)
  })
})

describe('a revocation', () => {
  it('of the only key puts a fresh one in its place at once (SR-A22)', () => {
    expect(revoke([a], a.kid, b, NOW)).toEqual([{ ...b, nbf: NOW / 1000 }])
  })

  it('of the key that signs lets the one that waits sign now, or the one before it go on', () => {
    const rotating = rotate([a], b, NOW)
    const left = revoke(rotating, a.kid, c, NOW + MINUTE)
    expect(left.map(({ kid }) => kid)).toEqual([b.kid])
    expect(signerAt(left, NOW + MINUTE)!.kid).toBe(b.kid)
    const rotated = NOW + 16 * MINUTE
    const back = revoke(rotating, b.kid, c, rotated)
    expect(back).toEqual([a])
    expect(signerAt(back, rotated + 600 * MINUTE)!.kid).toBe(a.kid)
  })

  it('of a key that waits or ends leaves the one that signs alone', () => {
    const rotating = rotate([a], b, NOW)
    expect(revoke(rotating, b.kid, c, NOW)).toEqual([a])
    const rotated = NOW + 16 * MINUTE
    const left = revoke(rotating, a.kid, c, rotated)
    expect(left.map(({ kid }) => kid)).toEqual([b.kid])
    expect(signerAt(left, rotated)!.kid).toBe(b.kid)
  })

  it('of a third key leaves a rotation that is under way alone: the key that signs ends no later', () => {
    const rotating = rotate([a], b, NOW)
    expect(revoke([...rotating, c], c.kid, c, NOW)).toEqual(rotating)
  })

  it('of no key at all is refused', () => {
    expect(() => revoke([a], 'nobody', b, NOW)).toThrow('no signing key nobody')
  })
})
