import { describe, expect, it } from 'vitest'
import { createVerifier, type ReplayStore, type VerifierOptions } from './verify.js'

const GOOD: VerifierOptions = { issuer: 'https://otp.example', audience: 'shop', replayStore: false }

const STORE: ReplayStore = { claim: () => true }

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
    ['an option that is misspelt, such as a store that would not be asked (SR-A16)', { replaystore: STORE }],
    ['one that is misspelt and undefined', { clocktolerance: undefined }],
  ])('%s', (_, options) => {
    expect(make(options)).toThrow(TypeError)
  })

  it('an issuer that is no text, or no options at all, and says what it needs', () => {
    for (const issuer of [
      new URL('https://otp.example'),
      new URL('https://otp.example/api'),
      ['https://otp.example'],
    ])
      expect(make({ issuer })).toThrow('The issuer must be a string: tokens name it letter for letter.')
    expect(make({ issuer: undefined })).toThrow(/needs the issuer: the public URL/)
    for (const nothing of [undefined, null, 'https://otp.example'] as never[])
      expect(() => createVerifier(nothing)).toThrow(
        /^createVerifier needs options: an issuer and an audience/,
      )
  })

  it('a name that it does not know, and says it and those that it knows', () => {
    expect(make({ replaystore: STORE })).toThrow(
      'createVerifier knows no replaystore, but issuer, audience, replayStore, clockTolerance, fetch, now.',
    )
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

describe('a token is not looked at where it is expected to have', () => {
  it.each([
    { expectedPhone: '+12025550123' },
    { phoneNumber: '+12025550123' },
    { expectedPhonenumber: undefined },
    { Action: 'reset' },
  ])('%o, which verify() does not know (SR-A11)', async (misspelt) => {
    const { verify } = createVerifier(GOOD)
    await expect(verify('', { nonce: false, ...misspelt })).rejects.toThrow(
      new TypeError(`verify() knows no ${Object.keys(misspelt)[0]}, but nonce, action, expectedPhoneNumber.`),
    )
  })
})
