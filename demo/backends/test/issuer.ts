import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT, type CryptoKey, type JWTHeaderParameters } from 'jose'
import { PATHS, TOKEN_TYPE } from '../../../contract/index.js'

/** The site that the tokens are for. */
export const AUDIENCE = 'shop'

/** The number that a good token proves. */
export const NUMBER = '+12025550123'

/** The purpose that the recipes expect. */
export const ACTION = 'signup'

const DRIP_MS = 100

/** An issuer of tokens whose private key the tests hold, so that they can sign what no real one would. */
export interface TestIssuer {
  /** Its public URL, the `iss` of its tokens. */
  readonly url: string
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** How often somebody asked for its keys. */
  fetches(): number
  /** How often somebody asked for anything else, such as keys that a header points to. */
  strayRequests(): number
  /** Answers nobody any more, until the function that this returns is called. */
  hold(): () => void
  /** What it answers instead of its keys, until it is `undefined` again. */
  outage: { status: number; body: string; location?: string } | undefined
  /** Answers with a body that grows by a byte now and then and never ends, until the function that this returns is called. */
  drip(): () => void
  /** Replaces its key by a new one with another key id. */
  rotate(): void
  stop(): Promise<void>
}

/** Starts an issuer on a free loopback port. Beside its key it publishes ones of kinds that the recipes do not use. */
export async function startIssuer(): Promise<TestIssuer> {
  let fetches = 0
  let strayRequests = 0
  let { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let kid = 'first'
  let held: Promise<void> | undefined
  let dripping = false
  const others = [generateKeyPairSync('ed25519'), generateKeyPairSync('rsa', { modulusLength: 2048 })]
  const otherKeys = others.map((pair, n) => published(pair.publicKey, `other-${n}`))

  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== PATHS.jwks) strayRequests++
    else fetches++
    await held
    if (dripping) {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      const drops = setInterval(() => response.write(' '), DRIP_MS)
      response.on('close', () => clearInterval(drops))
      return
    }
    const { status, body, location }: NonNullable<TestIssuer['outage']> = issuer.outage ?? {
      status: 200,
      body: JSON.stringify({ keys: [...otherKeys, { ...published(publicKey, kid), alg: 'ES256' }] }),
    }
    const headers = { 'Content-Type': 'application/json', ...(location && { Location: location }) }
    response.writeHead(status, headers).end(body)
  }

  const issuer: TestIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    outage: undefined,
    get kid() {
      return kid
    },
    get privateKey() {
      return privateKey
    },
    get publicKey() {
      return publicKey
    },
    fetches: () => fetches,
    strayRequests: () => strayRequests,
    hold() {
      let release = () => {}
      held = new Promise((resolve) => (release = resolve))
      return release
    },
    drip() {
      dripping = true
      return () => (dripping = false)
    },
    rotate() {
      ;({ privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }))
      kid += '-next'
    },
    async stop() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
  return issuer
}

function published(key: KeyObject, kid: string) {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig' }
}

/** A token of an issuer, good in everything that is not changed. A changed claim that is `undefined` is left out. */
export function mint(
  issuer: TestIssuer,
  claims: Record<string, unknown>,
  header: Partial<JWTHeaderParameters> = {},
  key: CryptoKey | KeyObject | Uint8Array = issuer.privateKey,
): Promise<string> {
  const complete = { alg: 'ES256', typ: TOKEN_TYPE, kid: issuer.kid, ...header }
  return new SignJWT({ ...goodClaims(issuer), ...claims })
    .setProtectedHeader(complete)
    .sign(key, header.crit ? { crit: { unheard: true } } : {})
}

function goodClaims(issuer: TestIssuer): Record<string, unknown> {
  const iat = Math.floor(Date.now() / 1000)
  return {
    iss: issuer.url,
    aud: AUDIENCE,
    sub: randomBytes(16).toString('base64url'),
    jti: 'j'.repeat(22),
    iat,
    nbf: iat,
    exp: iat + 300,
    auth_time: iat,
    phone_number: NUMBER,
    phone_number_verified: true,
    country: 'US',
    channel: 'sms',
    amr: ['otp', 'sms'],
    origin: 'https://shop.example',
    action: ACTION,
  }
}
