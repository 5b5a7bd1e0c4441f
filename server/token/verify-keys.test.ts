import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { json, listen } from './test/listener.js'
import {
  crafted,
  encode,
  issued,
  NONCE,
  NOW,
  refusalBy,
  testKeys,
  verifierOf,
  type TestKeys,
} from './test/tokens.js'
import { TokenError } from './verify.js'

let keys: TestKeys
let good: string
beforeAll(async () => {
  keys = await testKeys()
  good = await issued(keys)
})

/** The good token under a key id that nobody knows. */
function unknown(kid: string): string {
  const header = { alg: 'ES256', typ: 'otp-verified+jwt', kid }
  return [encode(JSON.stringify(header)), ...good.split('.').slice(1)].join('.')
}

describe('the keys', () => {
  let published: TestKeys['published']
  let down: boolean
  /** When the keys were fetched, in seconds. */
  let fetches: number[]

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
    published = keys.published
    down = false
    fetches = []
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const secondsNow = () => (Date.now() - NOW) / 1000
  const passSeconds = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

  function verifier() {
    const fetch = async () => {
      fetches.push(secondsNow())
      return Response.json(down ? { error: 'maintenance' } : published)
    }
    const one = verifierOf(keys, { fetch })
    return {
      believes: (token: string) => one.verify(token, { nonce: NONCE }).then(Boolean),
      refusal: (token: string) => refusalBy(one, token),
    }
  }

  it('are believed for five minutes, so that a revoked one is soon refused (SR-A22)', async () => {
    const { believes, refusal } = verifier()
    await believes(good)
    published = (await testKeys()).published
    passSeconds(299)
    await believes(good)
    passSeconds(2)
    expect(await refusal(good)).toBe('token_forged')
  })

  it('are fetched once for tokens that come one by one or all at once', async () => {
    const { believes } = verifier()
    await Promise.all(Array.from({ length: 100 }, () => believes(good)))
    for (let n = 0; n < 20; n++) await believes(good)
    expect(fetches).toEqual([0])
  })

  it('are imported once for a thousand tokens', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey')
    try {
      const { believes } = verifier()
      await Promise.all(Array.from({ length: 10 }, () => believes(good)))
      for (let n = 0; n < 990; n++) await believes(good)
      expect(imports).toHaveBeenCalledTimes(1)
    } finally {
      imports.mockRestore()
    }
  })

  it('are fetched once in thirty seconds for ten thousand tokens that name unknown ones (SR-A22)', async () => {
    const { believes, refusal } = verifier()
    const refusals = new Set<string>()
    for (let n = 0; n < 10_000; n++) {
      refusals.add(await refusal(unknown(`kid-${n}`)))
      passSeconds(0.01)
    }
    expect([...refusals]).toEqual(['token_forged'])
    expect(fetches).toHaveLength(4)
    for (const [n, at] of fetches.slice(1).entries()) expect(at - fetches[n]!).toBeGreaterThanOrEqual(30)
    await believes(good)
  })

  it('are asked for no more often when the fetches fail (SR-A22)', async () => {
    const { believes, refusal } = verifier()
    await believes(good)
    down = true
    passSeconds(31)
    for (let n = 0; n < 1000; n++) {
      expect(await refusal(unknown(`kid-${n}`))).toBe('keys_unavailable')
      passSeconds(0.1)
    }
    expect(fetches).toHaveLength(5)
    for (const [n, at] of fetches.slice(1).entries()) expect(at - fetches[n]!).toBeGreaterThanOrEqual(30)
    await believes(good)
  })

  it('are fetched at once, five times, while there are none, then once a second', async () => {
    const { believes, refusal } = verifier()
    down = true
    for (let n = 0; n < 1000; n++) {
      expect(await refusal(good)).toBe('keys_unavailable')
      passSeconds(0.01)
    }
    expect(fetches.slice(0, 6)).toEqual([0, 0.01, 0.02, 0.03, 0.04, 1.04])
    expect(fetches.length).toBeLessThanOrEqual(15)
    down = false
    passSeconds(1)
    await believes(good)
    // The next trouble is another one.
    down = true
    passSeconds(301)
    expect(await refusal(good)).toBe('keys_unavailable')
    down = false
    await believes(good)
  })

  it('are asked for again, thirty seconds after the last time, when a token names a new one (SR-A21)', async () => {
    const { believes, refusal } = verifier()
    await believes(good)
    const next = await testKeys()
    published = { keys: [...next.published.keys, ...keys.published.keys] }
    const fresh = await crafted(next)
    expect(await refusal(fresh)).toBe('token_forged')
    passSeconds(30)
    await believes(fresh)
    await believes(good)
    expect(fetches).toEqual([0, 30])
  })

  it('serve for their five minutes when they cannot be fetched again, and no longer', async () => {
    const { believes, refusal } = verifier()
    await believes(good)
    down = true
    passSeconds(299)
    await believes(good)
    passSeconds(2)
    expect(await refusal(good)).toBe('keys_unavailable')
    down = false
    await believes(good)
    expect(fetches).toEqual([0, 301, 301])
  })

  it('come from below the path of their issuer', async () => {
    const asked: string[] = []
    const issuer = 'https://shop.example/api/otp'
    const fetch = async (url: string) => {
      asked.push(url)
      return Response.json(keys.published)
    }
    await verifierOf(keys, { issuer, fetch }).verify(await issued(keys, { issuer }), { nonce: NONCE })
    expect(asked).toEqual([`https://shop.example/api/otp${PATHS.jwks}`])
  })
})

describe('an address of keys that answers badly', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  /** The address of an issuer that answers so until the test is over. */
  async function issuerThat(answers: RequestListener): Promise<string> {
    const listener = await listen(answers)
    onTestFinished(listener.close)
    return listener.url
  }

  const refusal = (issuer: string, fetch = globalThis.fetch as (url: string) => Promise<Response>) =>
    refusalBy(verifierOf(keys, { issuer, fetch }), good)

  it('makes the token wait, not pass, and says why to whoever asks for the cause', async () => {
    const jwk = keys.published.keys[0]!
    for (const [status, body] of [
      [500, JSON.stringify(keys.published)],
      [404, ''],
      [200, ''],
      [200, '<!doctype html><title>Welcome</title>'],
      [200, 'null'],
      [200, '[]'],
      [200, '{"keys":{}}'],
      [200, '{"keys":[null]}'],
      [200, JSON.stringify({ keys: [{ ...jwk, y: 'AAAA' }] })],
      [200, JSON.stringify({ keys: [jwk, jwk] })],
      [200, JSON.stringify({ keys: Array.from({ length: 10_000 }, (_, n) => ({ ...jwk, kid: `${n}` })) })],
    ] as const) {
      const issuer = await issuerThat((_, response) => response.writeHead(status).end(body))
      const error: unknown = await verifierOf(keys, { issuer, fetch })
        .verify(good, { nonce: NONCE })
        .catch((caught: unknown) => caught)
      expect(error, `${status} ${body.slice(0, 40)}`).toBeInstanceOf(TokenError)
      expect(error).toMatchObject({
        code: 'keys_unavailable',
        message: 'The token could not be checked: keys_unavailable. It may be good: try again.',
        cause: expect.any(Error),
      })
    }
    expect(await refusal('http://127.0.0.1:1')).toBe('keys_unavailable')
  })

  it('is read for 64 kB and hung up on', async () => {
    const text = JSON.stringify(keys.published)
    const issuer = await issuerThat((_, response) => response.end(text.padStart(65_536)))
    await verifierOf(keys, { issuer, fetch }).verify(await issued(keys, { issuer }), { nonce: NONCE })
    expect(await refusal(await issuerThat((_, response) => response.end(text.padStart(65_537))))).toBe(
      'keys_unavailable',
    )

    let hungUp: Promise<unknown> | undefined
    const endless = await issuerThat((_, response) => {
      hungUp = once(response, 'close')
      let sent = 0
      response.on('drain', write)
      write()
      function write(): void {
        while (!response.destroyed && sent < 100_000_000) {
          sent += 10_000
          if (!response.write(' '.repeat(10_000))) return
        }
        response.end(text)
      }
    })
    expect(await refusal(endless)).toBe('keys_unavailable')
    await hungUp
  })

  it.each([
    ['before its first word', () => {}],
    ['after it', (response: { write(text: string): void }) => response.write('{"keys":[')],
  ])(
    'is waited for five seconds when it stops %s, also by a fetch that knows no end',
    async (_when, begin) => {
      for (const through of [fetch, (url: string) => fetch(url)]) {
        const clock = new AbortController()
        const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(clock.signal)
        const issuer = await issuerThat((_, response) => {
          begin(response)
          setImmediate(() => clock.abort(new DOMException('The time is over.', 'TimeoutError')))
        })
        expect(await refusal(issuer, through as typeof fetch)).toBe('keys_unavailable')
        expect(timeout).toHaveBeenCalledExactlyOnceWith(5000)
        timeout.mockRestore()
      }
    },
  )

  it('is not followed elsewhere', async () => {
    const elsewhere = await listen(json(keys.published))
    onTestFinished(elsewhere.close)
    const redirecting = (status: number) =>
      issuerThat((_, response) => response.writeHead(status, { Location: elsewhere.url }).end())
    for (const status of [301, 302, 303, 307, 308]) {
      expect(await refusal(await redirecting(status))).toBe('keys_unavailable')
    }
    expect(elsewhere.asked).toEqual([])
    // This fetch heeds nothing that it is told.
    expect(await refusal(await redirecting(302), (url) => fetch(url))).toBe('keys_unavailable')
    expect(elsewhere.asked).toEqual(['/'])
  })
})
