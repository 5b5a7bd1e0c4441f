import { expect } from '@open-wc/testing'
import { answer, callsTo, fakeFetch, resetServer, SERVER } from './test/fake-server.js'
import { challengeWith } from './test/challenges.js'
import { createClient, type Client } from './client.js'
import type { OtpError } from './failure.js'

const CHALLENGES = '/v1/challenges'
const body = { sitekey: 'shop', phoneNumber: '+385912345667' }

let client: Client

beforeEach(() => {
  resetServer()
  client = createClient({ server: SERVER, fetch: fakeFetch })
})

function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: OtpError) => error.code,
  )
}

describe('createClient, asked for a challenge', () => {
  it('asks for a challenge, of whichever kind the site has', async () => {
    const altcha = await challengeWith(7)
    const hosted = { type: 'turnstile', sitekey: '0x4AAA', cdata: 'bound-to_this' }
    answer(CHALLENGES, { json: altcha }, { json: hosted }, { json: { type: 'hcaptcha', sitekey: 'k' } })
    expect(await client.challenge(body)).to.deep.equal(altcha)
    expect(await client.challenge({ ...body, action: 'signup' })).to.deep.equal(hosted)
    expect(await client.challenge(body)).to.deep.equal({ type: 'hcaptcha', sitekey: 'k' })
    expect(callsTo(CHALLENGES).map((call) => call.body)).to.deep.equal([
      body,
      { ...body, action: 'signup' },
      body,
    ])
  })

  const hostile: Record<string, object> = {
    'another algorithm': { algorithm: 'SCRYPT' },
    'endless work in one try': { cost: 1e9 },
    'no work': { cost: 0 },
    'half an iteration': { cost: 1.5 },
    'a key of a gigabyte': { keyLength: 2 ** 30 },
    'no key': { keyLength: 0 },
    'a nonce that fills the memory': { nonce: 'ab'.repeat(1e6) },
    'a nonce that is no hexadecimal': { nonce: 'xy' },
    'half a byte of salt': { salt: 'abc' },
    'no salt': { salt: undefined },
    'an empty prefix': { keyPrefix: '' },
    'a prefix that is an expression': { keyPrefix: '.*' },
    'a prefix that no key can have': { keyPrefix: '0'.repeat(65) },
  }
  for (const [what, change] of Object.entries(hostile)) {
    it(`does not begin a challenge with ${what} (SR-K15)`, async () => {
      const challenge = await challengeWith(7)
      answer(CHALLENGES, { json: { ...challenge, parameters: { ...challenge.parameters, ...change } } })
      expect(await codeOf(client.challenge(body))).to.equal('internal_error')
    })
  }

  it('takes nothing else for a challenge', async () => {
    const unsigned = { ...(await challengeWith(7)), signature: undefined }
    const foreign = { type: 'recaptcha', sitekey: 'k' }
    for (const json of [
      unsigned,
      foreign,
      { type: 'turnstile' },
      { type: 'turnstile', sitekey: 'k', cdata: '<' },
      [],
    ]) {
      answer(CHALLENGES, { json })
      expect(await codeOf(client.challenge(body))).to.equal('internal_error')
    }
  })
})
