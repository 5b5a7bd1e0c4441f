import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  fakeInfobip,
  json,
  listeningProvider,
  MESSAGE_SENT,
  PIN_ID,
  TO_ALICE,
  VERIFIED,
} from './test/fake-infobip.js'

/** An Infobip that answers messages when it is told to, and codes at once. */
async function slowInfobip() {
  const waiting: ServerResponse[] = []
  const fake = await fakeInfobip((response, heard) => {
    if (heard.url.includes('/verify')) json(200, VERIFIED)(response, heard)
    else waiting.push(response)
  })
  const answer = () => json(200, MESSAGE_SENT)(waiting.shift()!, fake.heard[0]!)
  return { fake, waiting, answer }
}

const BOB = { ...TO_ALICE, phoneNumber: '+12025550124' }

// Apart from other files: undici counts by one timer, which is of the clock that it was first asked under.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

it('a message that has waited for a connection for more than half of its time is not sent, nor paid for', async () => {
  const { fake, waiting, answer } = await slowInfobip()
  const { provider, calls } = listeningProvider(fake.url, { connections: 1 })
  const sent = [provider.send(TO_ALICE), provider.send(BOB)]
  await expect.poll(() => waiting.length).toBe(1)
  vi.advanceTimersByTime(5100)
  answer()
  expect(await Promise.all(sent)).toMatchObject([{ outcome: 'sent' }, { outcome: 'unavailable' }])
  expect(calls).toMatchObject([{ outcome: 'sent' }, { reason: 'timeout' }])
  expect(fake.heard).toHaveLength(1)
})

it('a message that waited a little for a connection is sent', async () => {
  const { fake, waiting, answer } = await slowInfobip()
  const { provider } = listeningProvider(fake.url, { connections: 1 })
  const sent = [provider.send(TO_ALICE), provider.send(BOB)]
  await expect.poll(() => waiting.length).toBe(1)
  vi.advanceTimersByTime(4900)
  answer()
  await expect.poll(() => waiting.length).toBe(1)
  vi.advanceTimersByTime(4900)
  answer()
  expect(await Promise.all(sent)).toMatchObject([{ outcome: 'sent' }, { outcome: 'sent' }])
})

it('a code is checked while every connection for messages is taken', async () => {
  const { fake, waiting, answer } = await slowInfobip()
  const { provider } = listeningProvider(fake.url, { connections: 1 })
  const sent = provider.send(TO_ALICE)
  await expect.poll(() => waiting.length).toBe(1)
  expect(await provider.check(PIN_ID, '123456')).toMatchObject({ outcome: 'approved' })
  answer()
  expect(await sent).toMatchObject({ outcome: 'sent' })
})
