import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { infobipProvider } from './infobip.js'
import {
  type Behaviour,
  deadUrl,
  fakeInfobip,
  fullUrl,
  hang,
  json,
  listeningProvider,
  silentInfobip,
} from './test/fake-infobip.js'
import { MESSAGE_SENT, PIN_ID, raw, settingsFor, TO_ALICE, VERIFIED } from './test/fake-infobip.js'
import { SELF_SIGNED, trustSelfSigned } from './test/self-signed.js'

/** Milliseconds far beyond those of a test: who waits for them makes it fail. */
const LONG = 600_000

const JSON_HEADER = { 'Content-Type': 'application/json' }

const reset: Behaviour = (response) => response.socket?.resetAndDestroy()

const hangInBody: Behaviour = (response) => {
  response.writeHead(200, JSON_HEADER).write(JSON.stringify(VERIFIED).slice(0, 20))
}

const drip: Behaviour = (response) => {
  response.writeHead(200, JSON_HEADER).write('{"pinId":"')
  const dripping = setInterval(() => response.write('A'), 10)
  response.on('close', () => clearInterval(dripping))
}

const truncated: Behaviour = (response) => {
  response.writeHead(200, { ...JSON_HEADER, 'Content-Length': '500' }).write(JSON.stringify(VERIFIED))
  setImmediate(() => response.socket?.destroy())
}

describe('when Infobip is not reached', () => {
  it('trap 3: a refused connection leaves a send and a check undone, for certain', async () => {
    const { provider, calls } = listeningProvider(await deadUrl())
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable' })
    expect(await provider.check(PIN_ID, '123456')).toEqual({ outcome: 'unavailable' })
    expect(calls.map((call) => call.reason)).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
  })

  it('SR-B08: sends nothing to a server whose certificate nobody vouches for', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT), SELF_SIGNED)
    const { provider, calls } = listeningProvider(fake.url)
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable' })
    expect(fake.heard).toEqual([])
    expect(calls[0]).toMatchObject({ reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  it('SR-B08: refuses to start, and goes on checking, when certificate checks are switched off', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT), SELF_SIGNED)
    const { provider } = listeningProvider(fake.url)
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => infobipProvider(settingsFor(fake.url))).toThrow('NODE_TLS_REJECT_UNAUTHORIZED')
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable' })
    expect(fake.heard).toEqual([])
  })

  it.each([
    ['finishes the handshake', async () => (await silentInfobip()).url],
    ['takes the connection', fullUrl],
  ])(
    'leaves a send and a check undone, for certain, where the server never %s: as soon as that takes too long (SR-B07)',
    async (_, start) => {
      const { provider, calls } = listeningProvider(await start(), { connectTimeout: 50, timeout: LONG })
      const outcomes = await Promise.all([provider.send(TO_ALICE), provider.check(PIN_ID, '123456')])
      expect(outcomes).toEqual([{ outcome: 'unavailable' }, { outcome: 'unavailable' }])
      const reason = 'UND_ERR_CONNECT_TIMEOUT'
      expect(calls).toMatchObject([{ reason }, { reason }])
    },
  )

  it('leaves a send undone, too, whose time is over before that of its connection', async () => {
    const { url } = await silentInfobip()
    const { provider, calls } = listeningProvider(url, { connectTimeout: LONG, timeout: 100 })
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable' })
    expect(calls[0]).toMatchObject({ reason: 'timeout' })
  })
})

describe('when no believable answer comes', () => {
  const failures: [string, Behaviour, string][] = [
    ['trap 14: a server that accepts and hangs', hang, 'timeout'],
    ['trap 4: a 200 that stops in the middle', hangInBody, 'timeout'],
    ['trap 14: a body that drips for ever', drip, 'timeout'],
    ['trap 4: a 200 cut short', truncated, 'UND_ERR_SOCKET'],
    ['trap 3: a reset', reset, 'ECONNRESET'],
  ]

  it.each(failures)(
    '%s is an unknown send after exactly one request (SR-B10)',
    async (_, behaviour, reason) => {
      const fake = await fakeInfobip(behaviour)
      const { provider, calls } = listeningProvider(fake.url, { timeout: 500 })
      expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unknown' })
      expect(fake.heard).toHaveLength(1)
      expect(calls).toMatchObject([{ outcome: 'unknown', status: undefined, reason, alarm: false }])
    },
  )

  it.each(failures)('%s is an unknown check after exactly one request (SR-B11)', async (_, behaviour) => {
    const fake = await fakeInfobip(behaviour)
    const { provider } = listeningProvider(fake.url, { timeout: 500 })
    expect(await provider.check(PIN_ID, '123456')).toEqual({ outcome: 'unknown' })
    expect(fake.heard).toHaveLength(1)
  })

  it('SR-B11: an approval that comes too late is none', async () => {
    const fake = await fakeInfobip((response, heard) => {
      setTimeout(() => json(200, VERIFIED)(response, heard), 1500)
    })
    const { provider } = listeningProvider(fake.url, { timeout: 1000 })
    expect(await provider.check(PIN_ID, '123456')).toEqual({ outcome: 'unknown' })
  })

  it('waits for the answer of a server that is connected as long as a call may take (SR-B07)', async () => {
    const fake = await fakeInfobip((response, heard) => {
      setTimeout(() => json(200, MESSAGE_SENT)(response, heard), 1200)
    })
    const { provider } = listeningProvider(fake.url, { connectTimeout: 50, timeout: LONG })
    expect(await provider.send(TO_ALICE)).toMatchObject({ outcome: 'sent' })
  })

  it('knows over https, too, that a request has left', async () => {
    trustSelfSigned()
    const fake = await fakeInfobip(hang, SELF_SIGNED)
    const { provider } = listeningProvider(fake.url, { timeout: 500 })
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unknown' })
    expect(fake.heard).toHaveLength(1)
  })

  it('knows on a connection used before, too, that a request has left', async () => {
    const fake = await fakeInfobip((response, heard) => {
      if (fake.heard.length === 1) json(200, MESSAGE_SENT)(response, heard)
    })
    const { provider } = listeningProvider(fake.url, { timeout: 500 })
    expect(await provider.send(TO_ALICE)).toMatchObject({ outcome: 'sent' })
    await aTurn()
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unknown' })
    expect(fake.connections()).toBe(1)
  })

  const html = '<html><body>Bad gateway</body></html>'
  it.each<[string, Behaviour]>([
    ['malformed JSON', raw(200, '{"pinId":"9C81', JSON_HEADER)],
    ['an empty body', raw(200, '', JSON_HEADER)],
    ['no content', raw(204, '')],
    ['HTML', raw(200, html, { 'Content-Type': 'text/html' })],
    ['JSON that calls itself HTML', raw(200, JSON.stringify(VERIFIED), { 'Content-Type': 'text/html' })],
    ['JSON that does not say so', raw(200, JSON.stringify(VERIFIED))],
    ['JSON nested beyond reason', raw(200, '['.repeat(60_000), JSON_HEADER)],
    ['something else compressed', raw(200, 'abc', { ...JSON_HEADER, 'Content-Encoding': 'gzip' })],
  ])('trap 5: a 200 with %s is unknown to send, resend and check (SR-B07)', async (_, behaviour) => {
    const fake = await fakeInfobip(behaviour)
    const { provider } = listeningProvider(fake.url)
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unknown' })
    expect(await provider.resend(PIN_ID, 'sms')).toEqual({ outcome: 'unknown' })
    expect(await provider.check(PIN_ID, '123456')).toEqual({ outcome: 'unknown' })
  })

  it('SR-B07: stops reading an answer of 10 MB early', async () => {
    const whole = 10_000_000
    let written = 0
    let closed: Promise<unknown> = Promise.resolve()
    const fake = await fakeInfobip((response) => {
      closed = new Promise((resolve) => response.on('close', resolve))
      response.writeHead(200, JSON_HEADER)
      const pour = (): void => {
        while (written < whole && !response.destroyed) {
          written += 10_000
          if (!response.write(' '.repeat(10_000))) return void response.once('drain', pour)
        }
        response.end()
      }
      pour()
    })
    const { provider, calls } = listeningProvider(fake.url)
    expect(await provider.check(PIN_ID, '123456')).toEqual({ outcome: 'unknown' })
    await closed
    expect(written).toBeLessThan(whole)
    expect(calls[0]).toMatchObject({ reason: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' })
  })

  it('SR-B07: stops unpacking an answer that unpacks to 10 MB', async () => {
    const packed = gzipSync(JSON.stringify(VERIFIED).padEnd(10_000_000))
    const fake = await fakeInfobip(raw(200, packed, { ...JSON_HEADER, 'Content-Encoding': 'gzip' }))
    const { provider } = listeningProvider(fake.url)
    expect(await provider.check(PIN_ID, '123456')).toEqual({ outcome: 'unknown' })
  })
})

describe('where requests go', () => {
  it.each([301, 302, 303, 307, 308])(
    'trap 15: a %i is not followed, to its own host or another (SR-B07)',
    async (status) => {
      const target = await fakeInfobip(json(200, MESSAGE_SENT))
      for (const location of ['/2fa/2/pin', target.url]) {
        const fake = await fakeInfobip(raw(status, '', { Location: location }))
        const { provider, calls } = listeningProvider(fake.url)
        const outcome = status < 307 ? 'unknown' : 'unavailable'
        expect(await provider.send(TO_ALICE)).toEqual({ outcome })
        expect(fake.heard).toHaveLength(1)
        expect(calls).toMatchObject([{ outcome, status, reason: `status_${status}`, alarm: true }])
      }
      expect(target.heard).toEqual([])
    },
  )

  it('trap 16: a proxy named in the environment sees nothing', async () => {
    const proxy = await fakeInfobip(json(200, MESSAGE_SENT))
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
      vi.stubEnv(name, proxy.url)
    }
    vi.stubEnv('NO_PROXY', '')
    vi.stubEnv('no_proxy', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    const { provider } = listeningProvider(fake.url)
    expect(await provider.send(TO_ALICE)).toMatchObject({ outcome: 'sent' })
    expect(proxy.heard).toEqual([])
    expect(fake.heard).toHaveLength(1)
  })

  it('keeps its connection for the next call', async () => {
    trustSelfSigned()
    for (const fake of [
      await fakeInfobip(json(200, VERIFIED)),
      await fakeInfobip(json(200, VERIFIED), SELF_SIGNED),
    ]) {
      const { provider } = listeningProvider(fake.url)
      await provider.check(PIN_ID, '123456')
      await aTurn()
      expect(await provider.check(PIN_ID, '123456')).toMatchObject({ outcome: 'approved' })
      expect(fake.connections()).toBe(1)
    }
  })
})

/** A connection is free again in the turn after its answer. */
const aTurn = () => new Promise((resolve) => setImmediate(resolve))
