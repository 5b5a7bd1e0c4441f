import { describe, expect, it } from 'vitest'
import { createVisits } from './visits.js'

describe('createVisits', () => {
  it('gives a cookie it does not know a visit with another id, so that nobody can choose one', () => {
    expect(createVisits().open('chosen').id).not.toBe('chosen')
  })

  it('forgets the oldest visits beyond its limit', () => {
    const visits = createVisits(2)
    const [first, second, third] = [visits.open(undefined), visits.open(undefined), visits.open(undefined)]
    expect(visits.find(first.id)).toBeUndefined()
    expect([visits.find(second.id)?.nonce, visits.find(third.id)?.nonce]).toEqual([second.nonce, third.nonce])
  })

  it('lets a nonce be used once, and not after the page has been given a new one', () => {
    const visits = createVisits()
    const visit = visits.open(undefined)
    expect([visits.use(visit), visits.use(visit)]).toEqual([true, false])
    visits.open(visit.id)
    expect(visits.use(visit)).toBe(false)
  })
})
