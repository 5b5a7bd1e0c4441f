import { randomBytes } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { createApp } from '../app.js'
import { NUMBER, PUBLIC_URL, TestServer, testSite } from '../test/harness.js'
import { createVerifier } from './verify.js'

const SHOP_SECRET = `otps_${randomBytes(32).toString('hex')}`
const TILL_SECRET = `otps_${randomBytes(32).toString('hex')}`
const NUMBERS = { shop: NUMBER, till: '+12025550124' }

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({
    sites: [
      testSite({ secrets: [SHOP_SECRET] }),
      testSite({ sitekey: 'till', secrets: [TILL_SECRET], offline: false, requireTicket: true }),
    ],
  })
})
afterEach(() => server.stop())

function ticket(): Promise<string> {
  return new SignJWT({ sid: randomBytes(8).toString('hex') })
    .setProtectedHeader({ alg: 'HS256', typ: 'otp-start+jwt' })
    .setExpirationTime(server.time / 1000 + 60)
    .sign(Buffer.from(TILL_SECRET))
}

async function proven(sitekey: 'shop' | 'till'): Promise<{ handle: string; token: string }> {
  const phoneNumber = NUMBERS[sitekey]
  const started = await server.start({
    sitekey,
    phoneNumber,
    ...(sitekey === 'till' && { ticket: await ticket() }),
  })
  const handle = started.body.verificationId
  const { body } = await server.check(handle, server.code(phoneNumber))
  return { handle, token: body.token }
}

async function redeem(secret: string, response: string): Promise<SiteverifyAnswer> {
  const answer = await server.app.request(PATHS.siteverify, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ secret, response }),
  })
  return (await answer.json()) as SiteverifyAnswer
}

function verifies(audience: string, token: string): Promise<boolean> {
  const verifier = createVerifier({
    issuer: PUBLIC_URL,
    audience,
    replayStore: false,
    now: () => server.time,
    fetch: async (url) => server.app.request(url),
  })
  return verifier.verify(token, { nonce: false }).then(
    () => true,
    () => false,
  )
}

/** Whoever takes something of ours, by what it takes. */
const CONSUMERS: Record<string, (given: string) => Promise<boolean>> = {
  'offline, for shop': (given) => verifies('shop', given),
  'offline, for till': (given) => verifies('till', given),
  'redeemed by shop': async (given) => (await redeem(SHOP_SECRET, given)).success,
  'redeemed by till': async (given) => (await redeem(TILL_SECRET, given)).success,
  'as a ticket': async (given) =>
    (await server.start({ sitekey: 'till', phoneNumber: '+12025550125', ticket: given })).status === 201,
  'as a handle': async (given) => (await server.status(given)).status === 200,
}

describe('what the server gives out', () => {
  it('is good for one use each: every kind is refused wherever another is taken (SR-A04, SR-A05)', async () => {
    const shop = await proven('shop')
    const till = await proven('till')
    const kinds = {
      'token of shop': shop.token,
      'token of till': till.token,
      ticket: await ticket(),
      handle: shop.handle,
    }
    const accepted: Record<string, string[]> = {}
    for (const [kind, given] of Object.entries(kinds)) {
      accepted[kind] = []
      for (const [consumer, takes] of Object.entries(CONSUMERS)) {
        if (await takes(given)) accepted[kind].push(consumer)
      }
    }
    expect(accepted).toEqual({
      'token of shop': ['offline, for shop', 'redeemed by shop'],
      'token of till': ['redeemed by till'],
      ticket: ['as a ticket'],
      handle: ['as a handle'],
    })
  })

  it('is good at its own server only, though another has the same keys, sites and secrets (SR-A06)', async () => {
    const { token } = await proven('shop')
    const own = server.app
    for (const publicUrl of [
      'https://otp2.example',
      PUBLIC_URL.replace('//', '//www.'),
      `${PUBLIC_URL}.example`,
      PUBLIC_URL.slice(0, -1),
      PUBLIC_URL.replace('https', 'http'),
      `${PUBLIC_URL}:8443`,
    ]) {
      server.app = createApp({ ...server.deps, publicUrl })
      const refused = { success: false, 'error-codes': ['invalid-input-response'] }
      expect(await redeem(SHOP_SECRET, token), publicUrl).toEqual(refused)
    }
    server.app = own
    expect(await redeem(SHOP_SECRET, token)).toMatchObject({ success: true })
  })

  it('is redeemed, once, though its site gives out tokens of the other kind by now (SR-A04)', async () => {
    const own = server.app
    const others = [...server.deps.sites.values()].map((site) => ({ ...site, offline: !site.offline }))
    const changed = createApp({
      ...server.deps,
      sites: new Map(others.map((site) => [site.sitekey, site])),
    })
    for (const [sitekey, secret] of [
      ['shop', SHOP_SECRET],
      ['till', TILL_SECRET],
    ] as const) {
      const { token } = await proven(sitekey)
      server.app = changed
      expect(await redeem(secret, token), sitekey).toMatchObject({ success: true })
      expect(await verifies(sitekey, token), sitekey).toBe(sitekey === 'shop')
      server.app = own
      expect((await redeem(secret, token)).success, sitekey).toBe(false)
    }
  })

  it('is redeemed for neither site where it is of a third kind, though our own key signed it (SR-A04)', async () => {
    for (const [sitekey, secret] of [
      ['shop', SHOP_SECRET],
      ['till', TILL_SECRET],
    ] as const) {
      const { token } = await proven(sitekey)
      const { algorithm: alg, kid, privateKey } = server.deps.signingKeys.signer()
      const signed = (header: { typ?: string }) =>
        new SignJWT(decodeJwt(token)).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)
      const refused = { success: false, 'error-codes': ['invalid-input-response'] }
      for (const header of [{}, { typ: 'JWT' }, { typ: 'otp-start+jwt' }])
        expect(await redeem(secret, await signed(header)), sitekey).toEqual(refused)
      expect(await redeem(secret, token)).toMatchObject({ success: true })
    }
  })

  it('says in its type that a token has to be redeemed, where its site wants that (SR-A16)', async () => {
    expect(decodeProtectedHeader((await proven('shop')).token).typ).toBe('otp-verified+jwt')
    const { token } = await proven('till')
    expect(decodeProtectedHeader(token).typ).toBe('otp-redeem+jwt')
    expect(await redeem(TILL_SECRET, token)).toMatchObject({ success: true, phone_number: NUMBERS.till })
  })
})
