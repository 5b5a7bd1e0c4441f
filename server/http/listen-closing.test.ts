import { Agent, get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, describe, it, onTestFinished } from 'vitest'
import { listen } from './listen.js'

/** Longer than any of these tests may take. */
const LONG = 60_000

describe('a listener that is closing', () => {
  async function setUp(answer: () => Promise<Response>) {
    const listener = await listen({ fetch: answer }, '127.0.0.1', 0)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(async () => {
      agent.destroy()
      await listener.close(0)
    })
    const ask = async () => {
      const [answer] = (await once(get({ port: listener.port, host: '127.0.0.1', agent }), 'response')) as [
        IncomingMessage,
      ]
      answer.resume()
      await once(answer, 'end')
      return answer
    }
    return { listener, ask }
  }

  it('answers a request on a connection that was kept, as the last one', async () => {
    const { listener, ask } = await setUp(async () => new Response('here'))
    expect((await ask()).headers.connection).toBe('keep-alive')
    const closed = listener.close(LONG)
    expect(await ask()).toMatchObject({ statusCode: 200, headers: { connection: 'close' } })
    await closed
    await expect(ask()).rejects.toThrow(/ECONNREFUSED/)
  })

  it('lets what is under way finish, as the last on its connection', async () => {
    let close: Promise<void> | undefined
    const { listener, ask } = await setUp(async () => {
      close = listener.close(LONG)
      await wait(1)
      return new Response('here')
    })
    expect(await ask()).toMatchObject({ statusCode: 200, headers: { connection: 'close' } })
    await close
  })

  // Less than the five seconds after which Node would close them.
  it('does not wait for connections on which nothing is asked any more', { timeout: 4000 }, async () => {
    const { listener, ask } = await setUp(async () => new Response('here'))
    await ask()
    await listener.close(LONG)
  })
})
