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
