import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import type { ServerEvent } from '../observe/events.js'
import { webhook } from './webhook.js'

it('an alert that nobody takes is sent again after 1, 5 and 20 seconds under the same id, and then is lost (SR-K07)', async () => {
  const ids: unknown[] = []
  const server = createServer((request, response) => {
    ids.push(request.headers['webhook-id'])
    response.writeHead(500).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const waits: number[] = []
  const events: ServerEvent[] = []
  const { notify } = webhook(
    {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    },
    {
      observe: (event) => events.push(event),
      random: randomBytes,
      now: Date.now,
      sleep: async (milliseconds) => void waits.push(milliseconds),
    },
  )
  await new Promise<void>((lost) => notify({ alert: 'guessing', sitekey: 'shop' }, async () => lost()))
  expect(waits).toEqual([1000, 5000, 20_000])
  expect(ids).toHaveLength(4)
  expect(new Set(ids)).toEqual(new Set([expect.stringMatching(/^msg_[0-9a-f]{32}$/)]))
  expect(events).toMatchObject([{ event: 'failure', operation: 'alert', alert: 'guessing' }])
})
