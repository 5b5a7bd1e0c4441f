import { setImmediate as pass } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { fakeInfobip, hang, listeningProvider, PIN_ID, TO_ALICE } from './test/fake-infobip.js'

// Alone in its file: undici counts by one timer, which is of the clock that it was first asked under.
it('an answer is waited for ten seconds, and no longer (SR-B07)', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const fake = await fakeInfobip(hang)
  const { provider, calls } = listeningProvider(fake.url)
  const outcomes = Promise.all([provider.send(TO_ALICE), provider.check(PIN_ID, '123456')])
  while (fake.heard.length < 2) await pass()
  vi.advanceTimersByTime(9999)
  for (let n = 0; n < 20; n++) await pass()
  expect(calls).toEqual([])
  vi.advanceTimersByTime(1)
  expect(await outcomes).toEqual([{ outcome: 'unknown' }, { outcome: 'unknown' }])
  expect(calls).toMatchObject([{ reason: 'timeout' }, { reason: 'timeout' }])
})
