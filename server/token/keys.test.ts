import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseKeys, SigningKeysError } from './key-set.js'
import { generateSigningJwk, importKeys, signingKeys } from './keys.js'

const fresh = () => generateSigningJwk(randomBytes)

describe('signing keys', () => {
  it('are published without their private half, each with its algorithm, use and name (SR-A02)', async () => {
    const first = await fresh()
    const ed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    const [second] = await parseKeys(JSON.stringify({ ...ed, kid: 'ed' }), 'it')
    const keys = await signingKeys([first, second!], () => 0)
    expect(keys.signer()).toMatchObject({ kid: first.kid, algorithm: 'ES256' })
    const { keys: published } = keys.published()
    expect(published).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: first.x,
        y: expect.any(String),
        kid: first.kid,
        use: 'sig',
        alg: 'ES256',
      },
      { kty: 'OKP', crv: 'Ed25519', x: ed.x, kid: 'ed', use: 'sig', alg: 'EdDSA' },
    ])
  })

  it('follow the clock: one begins, another ends, and with the last nothing can be signed', async () => {
    let now = 0
    const old = { ...(await fresh()), exp: 200 }
    const next = { ...(await fresh()), nbf: 100, exp: 300 }
    const keys = await signingKeys([next, old], () => now)
    const kids = () => keys.published().keys.map(({ kid }) => kid)
    expect([keys.signer().kid, kids()]).toEqual([old.kid, [next.kid, old.kid]])
    const before = keys.published()
    now = 99_999
    expect([keys.signer().kid, keys.published()]).toEqual([old.kid, before])
    expect(keys.published()).toBe(before)
    now = 100_000
    expect([keys.signer().kid, kids()]).toEqual([next.kid, [next.kid, old.kid]])
    now = 200_000
    expect([keys.signer().kid, kids()]).toEqual([next.kid, [next.kid]])
    now = 300_000
    expect(() => keys.signer()).toThrow(SigningKeysError)
    expect(kids()).toEqual([])
  })

  it('are refused when a half does not belong to the other, or none may sign', async () => {
    const key = await fresh()
    const other = await fresh()
    for (const bad of [
      { ...key, d: 'AAAA' },
      { ...key, x: 'AAAA' },
      { ...key, x: other.x },
    ]) {
      await expect(importKeys([other, bad])).rejects.toThrow(`${key.kid} is not a valid key`)
    }
    await expect(signingKeys([], () => 0)).rejects.toThrow(SigningKeysError)
    await expect(signingKeys([{ ...key, nbf: 1 }], () => 0)).rejects.toThrow(SigningKeysError)
  })
})
