import { setImmediate as pass } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { listeningProvider, silentInfobip, TO_ALICE } from './test/fake-infobip.js'

// Alone in its file: undici counts by one timer, which is of the clock that it was first asked under.
it('a server that never finishes the handshake is given up after five seconds, half the time of a call (SR-B07)', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { url, connected } = await silentInfobip()
  const { provider, calls } = listeningProvider(url)
  const sent = provider.send(TO_ALICE)
  await connected
  vi.advanceTimersByTime(4900)
  for (let n = 0; n < 20; n++) await pass()
  expect(calls).toEqual([])
  vi.advanceTimersByTime(1600)
  expect(await sent).toEqual({ outcome: 'unavailable' })
  expect(calls).toMatchObject([{ reason: 'UND_ERR_CONNECT_TIMEOUT' }])
})
