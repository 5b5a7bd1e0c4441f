import { Pool } from 'undici'
import { ORIGIN, visitorOf } from '../shop.mjs'

/** The code that everybody gets. */
export const CODE = '123456'

/**
 * Visitors of one server, who come through a proxy that keeps its connections.
 *
 * @param calls how the server is spoken to (see servers.mjs).
 * @param connections how many there are at most.
 */
export function visitorsOf({ port, calls }, connections) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections })

  async function post([path, bodyOf], { address }, ...about) {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path,
      headers: {
        'Content-Type': 'application/json',
        Origin: ORIGIN,
        'X-Forwarded-For': address,
        'X-Forwarded-Proto': 'https',
      },
      body: JSON.stringify(bodyOf(...about)),
    })
    const text = await body.text()
    if (statusCode >= 300) throw new Error(`${path} answered ${statusCode}: ${text}`)
    return JSON.parse(text)
  }

  return {
    /** Asks for a code. @returns the number it goes to, and the answer */
    async start(n) {
      const visitor = visitorOf(n)
      const { phoneNumber } = visitor
      return { visitor, phoneNumber, answer: await post(calls.start, visitor, phoneNumber) }
    },
    /** Has the code checked that a start has sent. @throws when no token comes of it */
    async check({ visitor, phoneNumber, answer }) {
      const { token } = await post(calls.check, visitor, phoneNumber, answer)
      if (typeof token !== 'string' || token === '') throw new Error('There was no token.')
    },
    close: () => pool.close(),
  }
}
