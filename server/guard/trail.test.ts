import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { namesUnder } from './names.js'
import { openTrail, sealTrail, type Trail } from './trail.js'

const [key, other] = [randomBytes(32), randomBytes(32)]
const trail: Trail = { e164: '+385911234567', address: '203.0.113.7', ticketed: false }

describe('a trail', () => {
  it('is opened as it was sealed, of an IPv6 address what tells customers apart', () => {
    for (const [given, read] of [
      [trail, trail],
      [
        { ...trail, ticketed: true, address: undefined },
        { ...trail, ticketed: true, address: undefined },
      ],
      [
        { ...trail, address: '2001:db8:1:2:3:4:5:6' },
        { ...trail, address: '2001:db8:1:2::' },
      ],
      [
        { ...trail, e164: '+882123456789012' },
        { ...trail, e164: '+882123456789012' },
      ],
      [
        { ...trail, e164: '+999999999999999', ticketed: true, codeLength: 8 },
        { ...trail, e164: '+999999999999999', ticketed: true, codeLength: 8 },
      ],
      [
        { ...trail, waived: 'wide', codeLength: 15 },
        { ...trail, waived: 'wide', codeLength: 15 },
      ],
      [
        { ...trail, waived: 'all', ticketed: true },
        { ...trail, waived: 'all', ticketed: true },
      ],
      [
        { ...trail, e164: '+999999999999999', type: 'VOICEMAIL', waived: 'free', codeLength: 15 },
        { ...trail, e164: '+999999999999999', type: 'VOICEMAIL', waived: 'free', codeLength: 15 },
      ],
      [
        { ...trail, waived: 'free' },
        { ...trail, waived: 'free' },
      ],
    ] as const) {
      expect(openTrail(sealTrail(given, key), [key])).toEqual(read)
    }
  })

  it('is opened under either of two peppers, and by no other key, nor when it was touched (SR-G01)', () => {
    const sealed = sealTrail(trail, key)
    expect(openTrail(sealed, [other, key])).toEqual(trail)
    expect(openTrail(sealed, [other])).toBeUndefined()
    const bytes = Buffer.from(sealed, 'base64url')
    for (let n = 0; n < bytes.length; n++) {
      const touched = Buffer.from(bytes)
      touched[n]! ^= 1
      expect(openTrail(touched.toString('base64url'), [key]), String(n)).toBeUndefined()
    }
    expect(openTrail('', [key])).toBeUndefined()
  })

  it('takes thirty characters at most, and tells nothing', () => {
    const sealed = sealTrail({ ...trail, address: '2001:db8::1' }, key)
    expect(sealed.length).toBeLessThanOrEqual(30)
    expect(Buffer.from(sealed, 'base64url').toString('hex')).not.toContain(
      BigInt('385911234567').toString(16),
    )
  })
})

it('accounts of one number have names that cannot be joined, nor led back to it (SR-G02)', () => {
  const names = namesUnder(digestsUnder(randomBytes(32), randomBytes(32)))
  const things = [names.of('number', trail.e164), names.of('number at a site', trail.e164)]
  const all = things.flatMap((keys) => Object.values(keys).flat())
  const digests = all.map((name) => name.slice(name.indexOf(':') + 1))
  expect(new Set(digests).size).toBe(12)
  for (const digest of digests) expect(digest).toMatch(/^[\w-]{21}$/)
  expect(all.join()).not.toContain(trail.e164.slice(4))
})
