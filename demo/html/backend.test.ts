import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createVerifier } from 'otp-verify/verify'
import { beforeAll, describe, expect, it } from 'vitest'
import { TOKEN_TYPE, type TokenClaims } from '../../contract/index.js'
import { createDemo } from './backend.js'
import { createVisits } from './visits.js'

const SERVER = 'http://localhost:8787'
const NUMBER = '+12025550123'

const genuine = await generateKeyPair('ES256', { extractable: true })
const strange = await generateKeyPair('ES256', { extractable: true })
const jwks = { keys: [{ ...(await exportJWK(genuine.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }

interface Shop {
  now: number
  /** The visitor's cookie and the nonce of the page. */
  open: (
    cookie?: string,
    path?: string,
  ) => Promise<{ cookie: string; nonce: string; answer: Response; text: string }>
  token: (claims: Partial<TokenClaims>, key?: typeof genuine) => Promise<string>
  signUp: (
    cookie: string | undefined,
    fields: Record<string, string>,
  ) => Promise<{ status: number; text: string }>
}

function openShop(answerKeys = () => Promise.resolve(Response.json(jwks))): Shop {
  const verifier = createVerifier({
    issuer: SERVER,
    audience: 'demo',
    replayStore: false,
    fetch: answerKeys,
    now: () => shop.now,
  })
  const demo = createDemo({
    server: SERVER,
    sitekey: 'demo',
    verifier,
    visits: createVisits(),
    inbox: undefined,
  })

  const shop: Shop = {
    now: Date.UTC(2026, 0, 1),
    async open(cookie, path = '/') {
      const answer = await demo.request(path, cookie ? { headers: { Cookie: cookie } } : {})
      const text = await answer.text()
      const set = answer.headers.get('Set-Cookie')?.split(';')[0]
      return {
        answer,
        text,
        cookie: set ?? cookie ?? '',
        nonce: /token-nonce="([^"]+)"/.exec(text)?.[1] ?? '',
      }
    },
    token(claims, { privateKey } = genuine) {
      const iat = Math.floor(shop.now / 1000)
      return new SignJWT({
        iss: SERVER,
        aud: 'demo',
        sub: 'verification',
        jti: 'token',
        iat,
        nbf: iat,
        exp: iat + 300,
        auth_time: iat,
        phone_number: NUMBER,
        phone_number_verified: true,
        country: 'US',
        channel: 'sms',
        amr: ['otp', 'sms'],
        origin: 'http://localhost:5173',
        action: 'signup',
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: TOKEN_TYPE })
        .sign(privateKey)
    },
    async signUp(cookie, fields) {
      const answer = await demo.request('/signup', {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: cookie ? { Cookie: cookie } : {},
      })
      return { status: answer.status, text: await answer.text() }
    },
  }
  return shop
}

describe('the page', () => {
  it('carries the tag, the script of the server and a nonce, under a strict policy', async () => {
    const { answer, text, nonce } = await openShop().open()
    expect(text).toContain('<script src="http://localhost:8787/otp-verify.js" defer></script>')
    expect(text).toContain('<form method="post" action="/signup">')
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const policy = answer.headers.get('Content-Security-Policy')
    expect(policy).toContain("default-src 'none'; script-src http://localhost:8787;")
    expect(policy).not.toContain('unsafe')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it('keeps the nonce of a visit when it is reloaded, and never gives it to another visit', async () => {
    const shop = openShop()
    const first = await shop.open()
    expect((await shop.open(first.cookie)).nonce).toBe(first.nonce)
    expect((await shop.open()).nonce).not.toBe(first.nonce)
  })

  it('speaks Arabic from right to left, and keeps that and the theme for the answer', async () => {
    const { text } = await openShop().open(undefined, '/?lang=ar&theme=dark')
    expect(text).toMatch(/lang="ar"\s+dir="rtl"\s+data-theme="dark"/)
    expect(text).toContain('action="/signup?lang=ar&amp;theme=dark"')
    expect(text).toMatch(/<otp-verify[^>]+theme="dark"/)
  })

  it('serves its styles and pictures', async () => {
    const shop = openShop()
    for (const path of ['/shop.css', '/shop.svg', '/shelf.svg']) {
      expect((await shop.open(undefined, path)).answer.status).toBe(200)
    }
  })
})

describe('a sign-up', () => {
  it('greets with the number of the token, whatever the form says', async () => {
    const shop = openShop()
    const { cookie, nonce } = await shop.open()
    const fields = {
      'otp-verify-response': await shop.token({ nonce }),
      name: 'Ada',
      phone_number: '+4915112345678',
    }
    const { status, text } = await shop.signUp(cookie, fields)
    expect(status).toBe(200)
    expect(text).toContain('Welcome, Ada!')
    expect(text).toContain(NUMBER)
    expect(text).not.toContain('+4915112345678')
  })

  it('shows a name that looks like markup as text', async () => {
    const shop = openShop()
    const { cookie, nonce } = await shop.open()
    const fields = {
      'otp-verify-response': await shop.token({ nonce }),
      name: '<img src=x onerror=alert(1)>',
    }
    const { text } = await shop.signUp(cookie, fields)
    expect(text).toContain('Welcome, &lt;img src=x')
    expect(text).not.toContain('<img src=x')
  })

  it('accepts a token once, also when it arrives twice at once, and gives the next page a new nonce', async () => {
    const shop = openShop()
    const { cookie, nonce } = await shop.open()
    const fields = { 'otp-verify-response': await shop.token({ nonce }) }
    const answers = await Promise.all([shop.signUp(cookie, fields), shop.signUp(cookie, fields)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    expect((await shop.signUp(cookie, fields)).text).toContain('data-refusal="used"')
    expect((await shop.open(cookie)).nonce).not.toBe(nonce)
    expect((await shop.signUp(cookie, fields)).text).toContain('data-refusal="other_visit"')
  })

  it('refuses a body that no form of it would send', async () => {
    const { status } = await openShop().signUp(undefined, { name: 'x'.repeat(20_000) })
    expect(status).toBe(413)
  })

  it('asks to try again while the keys of the server cannot be fetched', async () => {
    const shop = openShop(() => Promise.reject(new TypeError('fetch failed')))
    const { cookie, nonce } = await shop.open()
    const { status, text } = await shop.signUp(cookie, { 'otp-verify-response': await shop.token({ nonce }) })
    expect(status).toBe(503)
    expect(text).toContain('data-refusal="undecided"')
  })
})

describe('a sign-up without a right to it (SR-A20)', () => {
  let shop: Shop
  let visit: Awaited<ReturnType<Shop['open']>>

  beforeAll(async () => {
    shop = openShop()
    visit = await shop.open()
  })

  const cases: [title: string, refusal: string, token: () => Promise<string> | string][] = [
    ['no token', 'missing', () => ''],
    ['something that is no token', 'forged', () => 'verified'],
    ['a token signed by another key', 'forged', () => shop.token({ nonce: visit.nonce }, strange)],
    [
      'a token whose number was changed',
      'forged',
      async () => tampered(await shop.token({ nonce: visit.nonce })),
    ],
    ['a token of another site', 'foreign', () => shop.token({ nonce: visit.nonce, aud: 'other' })],
    [
      'a token of another server',
      'foreign',
      () => shop.token({ nonce: visit.nonce, iss: 'https://otp.example' }),
    ],
    ['a token whose time is over', 'expired', () => shop.token({ nonce: visit.nonce, ...longAgo() })],
    ['a token of another visit', 'other_visit', () => shop.token({ nonce: 'A'.repeat(22) })],
    ['a token without a nonce', 'other_visit', () => shop.token({})],
    [
      'a token for another purpose',
      'other_purpose',
      () => shop.token({ nonce: visit.nonce, action: 'reset' }),
    ],
  ]

  it.each(cases)('is refused: %s (%s)', async (_title, refusal, token) => {
    const { status, text } = await shop.signUp(visit.cookie, { 'otp-verify-response': await token() })
    expect(status).toBe(refusal === 'missing' ? 400 : 403)
    expect(text).toContain(`data-refusal="${refusal}"`)
    expect(text).not.toContain(NUMBER)
  })

  it('is refused: a good token in a browser that never opened the page', async () => {
    const fields = { 'otp-verify-response': await shop.token({ nonce: visit.nonce }) }
    expect((await shop.signUp(undefined, fields)).text).toContain('data-refusal="other_visit"')
    expect((await shop.signUp('visit=unknown', fields)).text).toContain('data-refusal="other_visit"')
  })

  function longAgo() {
    const iat = Math.floor(shop.now / 1000) - 310
    return { iat, nbf: iat, exp: iat + 300 }
  }
})

function tampered(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as TokenClaims
  const changed = Buffer.from(JSON.stringify({ ...claims, phone_number: '+4915112345678' })).toString(
    'base64url',
  )
  return [header, changed, signature].join('.')
}
