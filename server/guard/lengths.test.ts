import { describe, expect, it } from 'vitest'
import type { PhoneRules } from '../phone-number/phone-number.js'
import { operatorOf, rangeOf } from './credits.js'
import { namesUnder } from './names.js'
import { enact } from './overrides.js'
import { GuardBench } from './test/guard-bench.js'

const RULES: PhoneRules = { countries: new Set(['AT', 'FI', 'ID']), types: new Set(['MOBILE']) }

/** How many of so many numbers that begin so, each with so many digits more, are sent to. */
async function sent(bench: GuardBench, begin: string, more: number, { asked = 20, solved = false } = {}) {
  const at = { ...bench.site, phoneRules: RULES }
  let count = 0
  for (let n = 0; n < asked; n++) {
    const rest = String((n * 799_921 + 12_345) % 10 ** more).padStart(more, '0')
    const { sent: isSent, code } = await bench.start(begin + rest, { at, solved })
    expect(isSent ?? code).not.toBe('invalid_phone_number')
    if (isSent) count++
  }
  return count
}

describe('where numbers differ in length', () => {
  it.each([
    ['+43664123', [4, 5, 6, 7]],
    ['+35840123', [4, 5]],
    ['+628123456', [4, 5]],
  ])('ten thousand get three messages however many digits follow: %s (SR-K01)', async (begin, lengths) => {
    for (const solved of [false, true]) {
      for (const longest of [false, true]) {
        const bench = new GuardBench()
        let count = 0
        for (const more of longest ? lengths.toReversed() : lengths) {
          count += await sent(bench, begin, more, { solved })
        }
        expect(count).toBe(3)
      }
    }
  })

  it('a million gets fifteen however many digits follow (SR-K01)', async () => {
    const bench = new GuardBench()
    let count = 0
    for (const more of [6, 7, 8, 9]) count += await sent(bench, '+436641', more, { asked: 40 })
    expect(count).toBe(15)
  })

  it('nothing is sent to longer ones of a range that is denied (SR-K12)', async () => {
    const bench = new GuardBench()
    const scope = { of: 'range', value: '+43664123' } as const
    await enact(bench.store, namesUnder(bench.digests), { scope, verdict: 'deny' }, 60_000)
    for (const more of [4, 5, 6, 7]) expect(await sent(bench, '+43664123', more)).toBe(0)
    expect(await sent(bench, '+43664124', 7)).toBe(3)
  })

  it.each([
    ['+393201234567', '+39320123', '+393201'],
    ['+4915112345678', '+491511234', '+4915112'],
    ['+12025550123', '+1202555', '+12025'],
    // Its beginning tells how long it is.
    ['+3197012345678', '+319701234', '+3197012'],
    ['+601112345678', '+60111234', '+601112'],
    // Both lengths are usual, and some are neither.
    ['+4917612345678', '+491761234', '+4917612'],
    ['+62812345678901', '+628123456', '+6281234'],
    ['+6281234567890', '+628123456', '+6281234'],
    ['+628123456789', '+62812345', '+628123'],
    ['+358401234567', '+35840123', '+358401'],
    ['+43664123456', '+4366412', '+43664'],
  ])(
    '%s is one of ten thousand, and of a million, that are told by its usual length',
    (e164, range, million) => {
      expect([rangeOf(e164), operatorOf(e164)]).toEqual([range, million])
    },
  )
})
