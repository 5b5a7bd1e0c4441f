import { describe, expect, it } from 'vitest'
import { retryAfterSeconds } from './retry-after.js'

const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'

describe('retryAfterSeconds', () => {
  it.each([
    ['7', 7],
    ['0', 1],
    ['86400', 86_400],
    ['86401', 86_400],
    ['9'.repeat(400), 86_400],
  ])('reads %s seconds, kept between a second and a day', (header, seconds) => {
    expect(retryAfterSeconds(header, DATE)).toBe(seconds)
  })

  it.each([
    ['Sun, 06 Nov 1994 08:50:07 GMT', 30],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 1],
    ['Sun, 06 Nov 1994 07:00:00 GMT', 1],
    ['Fri, 06 Jan 1995 00:00:00 GMT', 86_400],
  ])('measures the date %s against the date of the answer', (header, seconds) => {
    expect(retryAfterSeconds(header, DATE)).toBe(seconds)
  })

  it.each([undefined, '', 'soon', '-5', '1.5', '0x10', '1e3', '1994-11-06'])(
    'finds nothing in %j',
    (header) => {
      expect(retryAfterSeconds(header, DATE)).toBeUndefined()
    },
  )

  it('finds nothing in a date when the answer has none to compare it with', () => {
    expect(retryAfterSeconds('Sun, 06 Nov 1994 08:50:07 GMT', undefined)).toBeUndefined()
    expect(retryAfterSeconds('Sun, 06 Nov 1994 08:50:07 GMT', 'today')).toBeUndefined()
  })
})
