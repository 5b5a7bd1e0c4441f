import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { TOKEN_TYPE } from '../../../contract/index.js'
import { AUDIENCE, mint, type TestIssuer } from './issuer.js'

/** Makes the token of an attacker who knows everything but the issuer's key; where it is signed, the issuer erred. */
export type Attack = (issuer: TestIssuer, nonce: string) => string | Promise<string>

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })

function now(): number {
  return Math.floor(Date.now() / 1000)
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** A token put together by hand: `header` and `payload` as they are, signed as ES256 signs. */
function signed(header: string, payload: string, key: KeyObject, dsaEncoding: 'der' | 'ieee-p1363'): string {
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding })
  return `${header}.${payload}.${signature.toString('base64url')}`
}

/** Signs the claims of a good token under another header. */
function withHeader(header: unknown): Attack {
  return async (issuer, nonce) => {
    const [, payload] = (await mint(issuer, { nonce })).split('.')
    const given = typeof header === 'object' && header !== null && !Array.isArray(header)
    const complete = given ? { alg: 'ES256', typ: TOKEN_TYPE, kid: issuer.kid, ...header } : header
    return signed(encode(complete), payload!, issuer.privateKey, 'ieee-p1363')
  }
}

/** A good token except for the claims that `changes` makes of its issuer's URL; `undefined` leaves one out. */
function withClaims(changes: Record<string, unknown> | ((issuer: TestIssuer) => object)): Attack {
  return (issuer, nonce) =>
    mint(issuer, { nonce, ...(typeof changes === 'function' ? changes(issuer) : changes) })
}

/** Rewrites a good token. */
function rewritten(rewrite: (header: string, payload: string, signature: string) => string): Attack {
  return async (issuer, nonce) => {
    const [header, payload, signature] = (await mint(issuer, { nonce })).split('.')
    return rewrite(header!, payload!, signature!)
  }
}

function hmacUnder(key: (issuer: TestIssuer) => string): Attack {
  return (issuer, nonce) => mint(issuer, { nonce }, { alg: 'HS256' }, Buffer.from(key(issuer)))
}

function pem(issuer: TestIssuer): string {
  return issuer.publicKey.export({ format: 'pem', type: 'spki' }) as string
}

function unsigned(alg: string): Attack {
  return rewritten(
    (_header, payload, signature) =>
      `${encode({ alg, typ: TOKEN_TYPE, kid: 'first' })}.${payload}.${signature}`,
  )
}

const FORGERIES: Record<string, Attack> = {
  'made up, as a forged verified event would carry it (SR-A20)': () => 'a-token-that-nobody-issued',
  'of three made-up parts': () => 'a.b.c',
  'with alg none and no signature (SR-A01)': rewritten(
    (_header, payload) => `${encode({ alg: 'none', typ: TOKEN_TYPE, kid: 'first' })}.${payload}.`,
  ),
  'with alg none and some signature (SR-A01)': unsigned('none'),
  'with alg nOnE and some signature (SR-A01)': unsigned('nOnE'),
  'under HS256 with the public key in PEM as the secret (SR-A01)': hmacUnder(pem),
  'under HS256 with the trimmed PEM as the secret (SR-A01)': hmacUnder((issuer) => pem(issuer).trim()),
  'under HS256 with the public JWK as the secret (SR-A01)': hmacUnder((issuer) =>
    JSON.stringify(issuer.publicKey.export({ format: 'jwk' })),
  ),
  'that says RS256 (SR-A02)': withHeader({ alg: 'RS256' }),
  'that says ES384 (SR-A02)': withHeader({ alg: 'ES384' }),
  'that says es256 (SR-A02)': withHeader({ alg: 'es256' }),
  'that says several algorithms (SR-A02)': withHeader({ alg: ['ES256'] }),
  'that says no algorithm (SR-A02)': withHeader({ alg: undefined }),
  'of another key under the right key id': (issuer, nonce) =>
    mint(issuer, { nonce }, {}, stranger.privateKey),
  'of a key that its header brings along (SR-A03)': (issuer, nonce) => {
    const jwk = createPublicKey(stranger.privateKey).export({ format: 'jwk' })
    return mint(issuer, { nonce }, { jwk: jwk }, stranger.privateKey)
  },
  'of a key that its header points to (SR-A03)': (issuer, nonce) =>
    mint(issuer, { nonce }, { jku: `${issuer.url}/strangers.json` }, stranger.privateKey),
  'with a critical header that nobody understands (SR-A03)': (issuer, nonce) =>
    mint(issuer, { nonce }, { crit: ['unheard'], unheard: true }),
  'of another key without a key id': (issuer, nonce) =>
    mint(issuer, { nonce }, { kid: undefined as never }, stranger.privateKey),
  'with a number as its key id': withHeader({ kid: 7 }),
  'with the key id __proto__': withHeader({ kid: '__proto__' }),
  'with the key id of a key of another kind': withHeader({ kid: 'other-0' }),
}

const WRONG_CLAIMS: Record<string, Attack> = {
  'of no kind (SR-A04)': withHeader({ typ: undefined }),
  'of the kind JWT (SR-A04)': withHeader({ typ: 'JWT' }),
  'of another kind (SR-A04)': withHeader({ typ: 'otp-start+jwt' }),
  'of a near miss of its kind (SR-A04)': withHeader({ typ: `${TOKEN_TYPE}x` }),
  'of an issuer with a slash more (SR-A06)': withClaims(({ url }) => ({ iss: `${url}/` })),
  'of an issuer with a longer name (SR-A06)': withClaims(({ url }) => ({ iss: `${url}.example` })),
  'of an issuer with a shorter name (SR-A06)': withClaims(({ url }) => ({ iss: url.slice(0, -1) })),
  'of an issuer in upper case (SR-A06)': withClaims(({ url }) => ({ iss: url.toUpperCase() })),
  'of an issuer under https (SR-A06)': withClaims(({ url }) => ({ iss: url.replace('http:', 'https:') })),
  'of several issuers (SR-A06)': withClaims(({ url }) => ({ iss: [url] })),
  'of no issuer (SR-A06)': withClaims({ iss: undefined }),
  'for another site (SR-A05)': withClaims({ aud: 'other' }),
  'for a site whose name begins like this one (SR-A05)': withClaims({ aud: `${AUDIENCE}s` }),
  'for this site in upper case (SR-A05)': withClaims({ aud: AUDIENCE.toUpperCase() }),
  'for a list of sites (SR-A05)': withClaims({ aud: [AUDIENCE, 'other'] }),
  'for a list of this site twice (SR-A05)': withClaims({ aud: [AUDIENCE, AUDIENCE] }),
  'for no site (SR-A05)': withClaims({ aud: undefined }),
  'that expired 6 seconds ago (SR-A07)': withClaims(() => ({ exp: now() - 6 })),
  'that never expires (SR-A07)': withClaims({ exp: undefined }),
  'whose time has not come (SR-A07)': withClaims(() => ({ nbf: now() + 60 })),
  'without a time from which it is good (SR-A07)': withClaims({ nbf: undefined }),
  'that was issued in the future (SR-A07)': withClaims(() => ({ iat: now() + 60 })),
  'that was never issued (SR-A07)': withClaims({ iat: undefined }),
  'of another session (SR-A09)': withClaims({ nonce: 'A'.repeat(22) }),
  'of no session (SR-A09)': withClaims({ nonce: undefined }),
  'of a session without a name (SR-A09)': withClaims({ nonce: '' }),
  'for another purpose (SR-A11)': withClaims({ action: 'reset' }),
  'for no purpose (SR-A11)': withClaims({ action: undefined }),
  'that proves no number (SR-A10)': withClaims({ phone_number: undefined }),
  'that proves a number that is none in JSON (SR-A10)': withClaims({ phone_number: 12025550123 }),
  'that proves a number without its plus sign (SR-A10)': withClaims({ phone_number: '12025550123' }),
  'that proves a number and a line more (SR-A10)': withClaims({ phone_number: '+12025550123\n' }),
  'that proves a number and something more (SR-A10)': withClaims({ phone_number: '+12025550123","x":"' }),
}

const BROKEN: Record<string, Attack> = {
  'whose claims were changed': rewritten((header, payload, signature) => {
    const claims = {
      ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
      phone_number: '+12025550199',
    }
    return `${header}.${encode(claims)}.${signature}`
  }),
  'whose signature was cut': rewritten(
    (header, payload, signature) => `${header}.${payload}.${signature.slice(0, -4)}`,
  ),
  'whose signature was prolonged': rewritten(
    (header, payload, signature) => `${header}.${payload}.${signature}AAAA`,
  ),
  'whose signature is all zeros': rewritten(
    (header, payload) => `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
  ),
  'whose signature is in DER': async (issuer, nonce) => {
    const [header, payload] = (await mint(issuer, { nonce })).split('.')
    return signed(header!, payload!, issuer.privateKey, 'der')
  },
  'with a fourth part (SR-A24)': rewritten((...parts) => `${parts.join('.')}.x`),
  'with an empty fourth part (SR-A24)': rewritten((...parts) => `${parts.join('.')}.`),
  'with an empty first part (SR-A24)': rewritten((...parts) => `.${parts.join('.')}`),
  'of five parts, like a JWE (SR-A24)': rewritten((...parts) => `${parts.join('.')}.x.y`),
  'in the JSON form of a JWS (SR-A24)': rewritten((header, payload, signature) =>
    JSON.stringify({ payload, protected: header, signature }),
  ),
  'of more than 2048 characters (SR-A24)': withClaims({ cdata: 'x'.repeat(2000) }),
  'whose header is a list': withHeader([]),
  'whose header is null': withHeader(null),
  'whose header is not JSON': withHeader('{"alg":"ES256"'),
  'whose header is nested too deeply': ({ privateKey }) =>
    signed(encode('['.repeat(1100)), encode({}), privateKey, 'ieee-p1363'),
  'whose header is not UTF-8': (issuer, nonce) =>
    rewritten(
      (_header, payload, signature) =>
        `${Buffer.from('{"\xff":1}', 'latin1').toString('base64url')}.${payload}.${signature}`,
    )(issuer, nonce),
}

/** A token that proves two numbers. Where a JSON library reads it, the last counts; a reader of its own refuses it. */
export const TWO_NUMBERS: Attack = async (issuer, nonce) => {
  const [header, payload] = (await mint(issuer, { nonce })).split('.')
  const claims = Buffer.from(payload!, 'base64url').toString()
  const doubled = encode(`{"phone_number":"+12025550199",${claims.slice(1)}`)
  return signed(header!, doubled, issuer.privateKey, 'ieee-p1363')
}

/** The tokens that every backend has to refuse, by what is wrong with them: "refuses a token …". */
export const ATTACKS: [string, Attack][] = Object.entries({ ...FORGERIES, ...WRONG_CLAIMS, ...BROKEN })
