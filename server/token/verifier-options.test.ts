import { describe, expect, it } from 'vitest'
import { createVerifier, type VerifierOptions } from './verify.js'

const GOOD: VerifierOptions = { issuer: 'https://otp.example', audience: 'shop', replayStore: false }

/** As somebody without types may call it. */
const make = (options: object) => () => createVerifier({ ...GOOD, ...options })

describe('a verifier is not made with', () => {
  it.each<[string, object]>([
    [
      'a tolerance that is a text, with which any token of the future would be active (SR-A07)',
      { clockTolerance: '5' },
    ],
    ['a list of audiences, which is no token’s', { audience: ['shop'] }],
    ['no audience', { audience: undefined }],
    ['a fetch that cannot be called', { fetch: 'x' }],
    ['a clock that cannot be read', { now: 0 }],
    ['an issuer that is no text', { issuer: new URL('https://shop.example/api/otp') }],
  ])('%s', (_, options) => {
    expect(make(options)).toThrow(TypeError)
  })

  it.each([
    ['https://otp.example:443', 'https://otp.example'],
    ['HTTPS://OTP.example', 'https://otp.example'],
    ['https://shop.example/api/otp?y=1', 'https://shop.example/api/otp'],
    ['https://shop.example/api/otp#keys', 'https://shop.example/api/otp'],
    ['https://shop.example/api/../otp', 'https://shop.example/otp'],
    ['https://user@otp.example', 'https://otp.example'],
    [' https://otp.example', 'https://otp.example'],
  ])('%s for an issuer, as no server names itself; it says how one may', (issuer, plain) => {
    expect(make({ issuer })).toThrow(new RegExp(`: ${plain}$`))
    expect(make({ issuer: plain })).not.toThrow()
  })
})
