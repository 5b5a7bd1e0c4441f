import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Windows } from './windows.js'

const limit = { attempts: 2, window: 1000 }

describe('windows', () => {
  it('ends a fixed window as a whole, counted from its first request', () => {
    const windows = new Windows()
    windows.record('key', 0)
    windows.record('key', 900)
    expect(windows.wait('key', limit, 999, 'fixed')).toBe(1)
    expect(windows.wait('key', limit, 1000, 'fixed')).toBe(0)
    windows.record('key', 1000)
    expect(windows.wait('key', limit, 1001, 'fixed')).toBe(0)
    windows.record('key', 1001)
    expect(windows.wait('key', limit, 1001, 'fixed')).toBe(999)
  })

  it('lets a sliding window forget one request after the other', () => {
    const windows = new Windows()
    windows.record('key', 0)
    windows.record('key', 900)
    expect(windows.wait('key', limit, 999, 'sliding')).toBe(1)
    expect(windows.wait('key', limit, 1000, 'sliding')).toBe(0)
    windows.record('key', 1000)
    expect(windows.wait('key', limit, 1001, 'sliding')).toBe(899)
  })

  it('counts each key by itself', () => {
    const windows = new Windows()
    windows.record('one', 0)
    windows.record('one', 0)
    expect(windows.wait('one', limit, 1, 'fixed')).toBe(999)
    expect(windows.wait('other', limit, 1, 'fixed')).toBe(0)
  })

  it('never admits more than the limit within any sliding window', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(400), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (gaps, attempts) => {
          const windows = new Windows()
          const admitted: number[] = []
          let now = 0
          for (const gap of gaps) {
            now += gap
            if (windows.wait('key', { attempts, window: 1000 }, now, 'sliding') > 0) continue
            windows.record('key', now)
            admitted.push(now)
          }
          for (const end of admitted) {
            expect(admitted.filter((time) => time <= end && time > end - 1000).length).toBeLessThanOrEqual(
              attempts,
            )
          }
        },
      ),
    )
  })

  it('says a wait after which the request is admitted, and not sooner', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('fixed', 'sliding'),
        fc.array(fc.nat(300), { maxLength: 30 }),
        (kind, gaps) => {
          const windows = new Windows()
          let now = 0
          for (const gap of gaps) {
            now += gap
            if (windows.wait('key', limit, now, kind) === 0) windows.record('key', now)
          }
          const wait = windows.wait('key', limit, now, kind)
          if (wait > 0) expect(windows.wait('key', limit, now + wait - 1, kind)).toBe(1)
          expect(windows.wait('key', limit, now + wait, kind)).toBe(0)
        },
      ),
    )
  })
})
