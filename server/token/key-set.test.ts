import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { parseKeys, SigningKeysError, type PrivateJwk } from './key-set.js'
import { generateSigningJwk, importKeys } from './keys.js'

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const jwkOf = (key: ReturnType<typeof ec>) => key.export({ format: 'jwk' })
const pem = (key: ReturnType<typeof ec>, type: 'pkcs8' | 'sec1' = 'pkcs8') =>
  key.export({ format: 'pem', type }).toString()

/** The block that `openssl ecparam -genkey` writes above the key. */
const EC_PARAMETERS = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'

describe('signing keys as text', () => {
  it('are read from a JWK Set, from one JWK, and from PEM in both forms that OpenSSL writes', async () => {
    const key = ec()
    const jwk = jwkOf(key)
    for (const text of [
      JSON.stringify({ keys: [jwk] }),
      JSON.stringify(jwk),
      pem(key),
      EC_PARAMETERS + pem(key, 'sec1'),
    ]) {
      const [read] = await parseKeys(text, 'it')
      expect(read).toMatchObject({ kty: 'EC', crv: 'P-256', x: jwk.x, d: jwk.d })
      expect(read!.kid).toBe(await calculateJwkThumbprint(jwk))
      await importKeys([read!])
    }
  })

  it('may be several, of both kinds, and keep their order', async () => {
    const ed = generateKeyPairSync('ed25519').privateKey
    const first = ec()
    const kinds = (keys: PrivateJwk[]) => keys.map(({ crv, d }) => [crv, d])
    const expected = [
      ['Ed25519', jwkOf(ed).d],
      ['P-256', jwkOf(first).d],
    ]
    expect(kinds(await parseKeys(pem(ed) + pem(first), 'it'))).toEqual(expected)
    const set = { keys: [jwkOf(ed), { ...jwkOf(first), kid: 'mine' }] }
    expect(kinds(await parseKeys(JSON.stringify(set), 'it'))).toEqual(expected)
  })

  it('are refused when they are of another kind, encrypted, public, or no keys, and never quoted', async () => {
    const key = await generateSigningJwk(randomBytes)
    const { d: _, ...publicOnly } = key
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const encrypted = ec().export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
    for (const text of [
      ...['', '{', '[]', 'null', '7', '"x"'],
      ...[{}, { keys: [] }, { keys: {} }, { keys: [null] }, { keys: [publicOnly] }].map((value) =>
        JSON.stringify(value),
      ),
      JSON.stringify({ keys: [{ ...key, crv: 'P-384' }] }),
      JSON.stringify({ ...key, kid: 'a b' }),
      JSON.stringify({ ...key, nbf: '2026' }),
      pem(rsa.privateKey),
      rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      encrypted.toString(),
      pem(ec()).replace(/\n[A-Za-z0-9+/]{20}/, '\n'),
    ]) {
      const error: unknown = await parseKeys(text, 'the text').catch((caught: unknown) => caught)
      expect(error, text.slice(0, 60)).toBeInstanceOf(SigningKeysError)
      expect(String(error)).toMatch(/the text/)
      expect(String(error)).not.toContain(key.d)
    }
  })

  it.each([
    ['exp', '1000'],
    ['nbf', 1.5],
    ['kid', 'a b'],
    ['d', undefined],
  ])('are refused by the name of the member that is wrong: %s', async (member, value) => {
    const [good, bad] = [await generateSigningJwk(randomBytes), await generateSigningJwk(randomBytes)]
    const text = JSON.stringify({ keys: [good, { ...bad, [member]: value }] })
    await expect(parseKeys(text, 'the file')).rejects.toThrow(`the file: "${member}" of key 2 must be `)
  })

  it('are refused when two share a name', async () => {
    const key = await generateSigningJwk(randomBytes)
    const other = { ...(await generateSigningJwk(randomBytes)), kid: key.kid }
    await expect(parseKeys(JSON.stringify({ keys: [key, other] }), 'it')).rejects.toThrow('share a kid')
  })
})
