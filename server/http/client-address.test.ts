import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { VerificationError } from '../refusal/verification-error.js'
import { clientAddress, parseTrustedProxies } from './client-address.js'
import type { AppEnv } from './env.js'

/** What is answered, and what is logged. */
const REFUSED = 'invalid_request no_address'

/** What the server takes for the client of a call over a connection from `socket`. */
async function seen(
  trusted: string[],
  socket: string | undefined,
  forwarded?: string | string[],
): Promise<string> {
  const addressOf = clientAddress(parseTrustedProxies(trusted)!)
  const app = new Hono<AppEnv>()
  app.get('/', (c) => c.text(addressOf(c) ?? 'unknown'))
  app.onError((error, c) =>
    c.text(error instanceof VerificationError ? `${error.code} ${error.whom.reason}` : 'failure'),
  )
  const headers = new Headers()
  for (const line of [forwarded ?? []].flat()) headers.append('X-Forwarded-For', line)
  headers.set('X-Real-IP', '198.51.100.99')
  headers.set('Forwarded', 'for=198.51.100.99')
  headers.set('CF-Connecting-IP', '198.51.100.99')
  const bindings = socket === undefined ? {} : { incoming: { socket: { remoteAddress: socket } } }
  return (await app.request('/', { headers }, bindings)).text()
}

describe('the client is', () => {
  it('whoever connects, whatever it says of itself (SR-D11)', async () => {
    expect(await seen(['0'], '203.0.113.7')).toBe('203.0.113.7')
    for (let n = 0; n < 1000; n++) {
      expect(await seen(['0'], '::ffff:203.0.113.7', `198.51.100.${n % 256}`)).toBe('203.0.113.7')
    }
  })

  it('whom the proxy was called from, whatever the client had written before (SR-D11)', async () => {
    expect(await seen(['1'], '10.0.0.1', '203.0.113.7')).toBe('203.0.113.7')
    expect(await seen(['1'], '10.0.0.1', '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7')
    expect(await seen(['1'], '10.0.0.1', ['198.51.100.1', '198.51.100.2', '203.0.113.7'])).toBe('203.0.113.7')
    expect(await seen(['2'], '10.0.0.1', '198.51.100.1,203.0.113.7 , 10.0.0.2')).toBe('203.0.113.7')
    expect(await seen(['1'], '10.0.0.1', '2001:DB8::1')).toBe('2001:db8::1')
  })

  it('the first that is no trusted proxy, from the right', async () => {
    const proxies = ['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.1']
    expect(await seen(proxies, '10.0.0.1', '198.51.100.1, 203.0.113.7, 192.0.2.1, 2001:db8:ffff::2')).toBe(
      '203.0.113.7',
    )
    expect(await seen(proxies, '::ffff:10.1.2.3', '203.0.113.7')).toBe('203.0.113.7')
    expect(await seen(['::ffff:10.0.0.0/104'], '10.1.2.3', '203.0.113.7')).toBe('203.0.113.7')
    expect(await seen(['::ffff:10.0.0.1'], '::ffff:10.0.0.1', '203.0.113.7')).toBe('203.0.113.7')
    expect(await seen(['::ffff:10.0.0.0/104'], '11.1.2.3', '203.0.113.7')).toBe('11.1.2.3')
    // Nobody let this one in through a proxy: what it says counts for nothing.
    expect(await seen(proxies, '203.0.113.7', '198.51.100.1')).toBe('203.0.113.7')
  })

  it('told by the proxy alone where the server is mounted in another', async () => {
    expect(await seen(['1'], undefined, '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7')
    expect(await seen(['0'], undefined, '198.51.100.1')).toBe('unknown')
  })

  it('refused where a trusted proxy does not tell: nobody shares an account with strangers (SR-D13)', async () => {
    for (const forwarded of [
      undefined,
      '',
      'unknown',
      '203.0.113.7:443',
      'for=203.0.113.7',
      '203.0.113.7, ',
    ]) {
      expect(await seen(['1'], '10.0.0.1', forwarded), forwarded).toBe(REFUSED)
    }
    expect(await seen(['2'], '10.0.0.1', '203.0.113.7')).toBe(REFUSED)
    expect(await seen(['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe(REFUSED)
    expect(await seen(['10.0.0.0/8'], '10.0.0.1', '203.0.113.7, junk, 10.0.0.2')).toBe(REFUSED)
  })
})

it('a number of proxies, or networks, and nothing else, may be trusted', () => {
  for (const wrong of [
    ['all'],
    ['-1'],
    ['10'],
    ['10.0.0.0/33'],
    ['loopback'],
    ['1', '10.0.0.0/8'],
    ['10.0.0'],
    // All of IPv4, and more than that.
    ['::ffff:0.0.0.0/96'],
    ['::ffff:10.0.0.0/8'],
  ]) {
    expect(parseTrustedProxies(wrong), wrong.join()).toBeUndefined()
  }
})
