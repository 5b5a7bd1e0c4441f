import { expect, it } from 'vitest'
import type { Logged } from '../observe/read-log.js'
import { findAnswer } from './why.js'

it('forgets the day that it read longest ago when half a million lines are held', async () => {
  const at = (day: number) => ({ time: `2026-01-${day}T10:00:00.000Z`, sitekey: 'shop' })
  const sent = { event: 'sent', channel: 'sms', resend: false, country: 'US' }
  const answer = { event: 'refused', operation: 'start', code: 'cannot_send', requestId: 'one', ref: 'mine' }
  async function* log(linesOfOthers: number): AsyncGenerator<Logged> {
    await Promise.resolve()
    yield { ...at(10), ...sent, ref: 'mine' } as Logged
    yield { ...at(11), ...sent, ref: 'mine' } as Logged
    const line = { ...at(12), ...sent, ref: 'other' } as Logged
    for (let n = 0; n < linesOfOthers; n++) yield line
    yield { ...at(10), ...answer } as Logged
  }
  expect((await findAnswer(log(499_997), 'one'))?.day).toHaveLength(2)
  expect((await findAnswer(log(500_000), 'one'))?.day).toHaveLength(1)
})

it.each([
  ['delivered', 'a message arrived'],
  ['undeliverable', 'a message did not arrive: it could not be delivered, or the number does not exist'],
  ['expired', 'a message did not arrive: the phone was off or out of reach for too long'],
  ['rejected', 'a message did not arrive: the provider or the mobile network refused it'],
])('says what became of a message that was reported %s', async (outcome, what) => {
  const of = { time: '2026-01-10T10:00:00.000Z', ref: 'mine', country: 'US' }
  async function* log(): AsyncGenerator<Logged> {
    await Promise.resolve()
    yield { ...of, event: 'delivery', outcome } as Logged
    // Of a version that is newer.
    yield { ...of, event: 'pondered' } as unknown as Logged
    yield { ...of, event: 'refused', operation: 'start', code: 'cannot_send', requestId: 'one' }
  }
  const { day } = (await findAnswer(log(), 'one'))!
  expect(day.map((moment) => moment.what).slice(0, 2)).toEqual([what, 'pondered'])
})
