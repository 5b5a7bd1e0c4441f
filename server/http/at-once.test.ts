import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { createApp } from '../app.js'
import { memoryStore } from '../store/memory.js'
import { TestServer } from '../test/harness.js'

const MOST = 3

let server: TestServer
let open: () => void
let waiting: number
beforeEach(async () => {
  waiting = 0
  const opened = new Promise<void>((resolve) => (open = resolve))
  const store = memoryStore()
  // Every start looks at the clock before it charges the budget: there it can be held.
  const recent = () => {
    waiting++
    return opened.then(() => store.recent())
  }
  server = await TestServer.start({ deps: { mostAtOnce: MOST, store: { ...store, recent } } })
})
afterEach(() => server.stop())

const start = (n: number) => server.start({ phoneNumber: `+1202555010${n}` })

/** As many starts as there may be, all of them in work. */
async function hold() {
  const held = Array.from({ length: MOST }, (_, n) => start(n))
  await expect.poll(() => waiting).toBe(MOST)
  return held
}

it('a server has at most a thousand in work unless it is told otherwise: each holds memory (SR-D23)', async () => {
  const { mostAtOnce: _, ...deps } = server.deps
  server.app = createApp(deps)
  for (let n = 0; n < 1000; n++) void start(0)
  await expect.poll(() => waiting).toBe(1000)
  expect((await start(0)).status).toBe(503)
  expect(waiting).toBe(1000)
})

describe('a server that has as many calls in work as it may', () => {
  it('turns further ones away at once, and takes them again when some are done (SR-D23)', async () => {
    const held = await hold()
    const turnedAway = await start(MOST)
    expect(turnedAway).toMatchObject({
      status: 503,
      body: { code: 'service_unavailable', retryAfter: expect.any(Number) },
    })
    expect(Number(turnedAway.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await server.check('x'.repeat(46), '123456')).body.code).toBe('service_unavailable')
    open()
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 201))
    expect((await start(MOST)).status).toBe(201)
  })

  it('tells a backend that redeems of it in the words of siteverify', async () => {
    const held = await hold()
    const redeem = { secret: 'a', response: 'b' }
    expect(await server.post(PATHS.siteverify, redeem)).toMatchObject({
      status: 200,
      body: { success: false, 'error-codes': ['internal-error'] },
    })
    const told = server.events.filter(({ event }) => event === 'refused' || event === 'failure')
    expect(told).toMatchObject([{ event: 'refused', operation: 'siteverify', code: 'service_unavailable' }])
    open()
    await Promise.all(held)
    expect((await server.post(PATHS.siteverify, redeem)).body).not.toMatchObject({
      'error-codes': ['internal-error'],
    })
  })

  it('does not count a call whose body is still on its way (SR-D23)', async () => {
    let feed!: ReadableStreamDefaultController
    const headers = { 'Content-Type': 'application/json', Origin: 'https://shop.example' }
    const slow = Array.from({ length: MOST }, () => {
      const body = new ReadableStream({ start: (controller) => (feed = controller) })
      const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
      return { feed, answer: server.app.request(PATHS.start, init) }
    })
    open()
    expect((await start(0)).status).toBe(201)
    for (const { feed } of slow) feed.close()
    for (const { answer } of slow) expect((await answer).status).toBe(422)
  })

  it('counts no call that failed (SR-D23)', async () => {
    open()
    for (let n = 0; n < 2 * MOST; n++) expect((await server.check('x'.repeat(46), '123456')).status).toBe(404)
  })
})
