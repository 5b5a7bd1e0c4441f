import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, parseLimit } from './limits.js'

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const unit = fc.constantFrom<keyof typeof MILLISECONDS>('ms', 's', 'm', 'h', 'd')
const count = fc.integer({ min: 1, max: 1_000_000 })

describe('parseDuration', () => {
  it('multiplies the length by its unit, and takes a missing length for one', () => {
    fc.assert(
      fc.property(count, unit, (length, of) => {
        expect(parseDuration(`${length}${of}`)).toBe(length * MILLISECONDS[of])
        expect(parseDuration(of)).toBe(MILLISECONDS[of])
      }),
    )
  })

  it('takes m for minutes', () => {
    expect(parseDuration('15m')).toBe(900_000)
  })

  it.each(['', '15', '0m', '1.5h', '-1s', '15M', '15 m', ' 15m', '15m ', '1h30m', '15min', '1w', '１５m'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  it('refuses whatever is not digits and a unit', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\d*(?:ms|s|m|h|d)$/.test(text))
        expect(parseDuration(text)).toBeUndefined()
        expect(parseLimit(text)).toBeUndefined()
      }),
    )
  })
})

describe('parseLimit', () => {
  it('reads attempts and window, and takes a missing length for one', () => {
    fc.assert(
      fc.property(count, count, unit, (attempts, length, of) => {
        expect(parseLimit(`${attempts}/${length}${of}`)).toEqual({
          attempts,
          window: length * MILLISECONDS[of],
        })
        expect(parseLimit(`${attempts}/${of}`)).toEqual({ attempts, window: MILLISECONDS[of] })
      }),
    )
  })

  it.each(['3', '/1d', '3/', '0/1d', '3/0d', '3/1d/', '1.5/1d', '3 / 1d', '3/1D', '3-1d'])(
    'refuses %j',
    (text) => {
      expect(parseLimit(text)).toBeUndefined()
    },
  )
})
