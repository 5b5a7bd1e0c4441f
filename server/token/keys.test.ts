import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateSigningJwk, readOrMakeSigningKeys, readSigningKeys, SigningKeysError } from './keys.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function keyFile(content: unknown, mode = 0o600): Promise<string> {
  const path = join(folder, 'keys.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode })
  return path
}

describe('signing keys', () => {
  it('are made on first use, for their owner only, and shared by processes that start at once', async () => {
    const path = join(folder, 'data', 'signing-keys.json')
    const all = await Promise.all(Array.from({ length: 8 }, () => readOrMakeSigningKeys(path)))
    expect(new Set(all.map(({ kid }) => kid)).size).toBe(1)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await readOrMakeSigningKeys(path)).kid).toBe(all[0]!.kid)
  })

  it('are published without their private half, each with its algorithm', async () => {
    const first = await generateSigningJwk()
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
    const second = { ...(await exportJWK(privateKey)), kid: 'ed' }
    const { published, kid, algorithm } = await readSigningKeys(await keyFile({ keys: [first, second] }))
    expect({ kid, algorithm }).toEqual({ kid: first.kid, algorithm: 'ES256' })
    expect(published.keys.map(({ kid, alg, use }) => ({ kid, alg, use }))).toEqual([
      { kid: first.kid, alg: 'ES256', use: 'sig' },
      { kid: 'ed', alg: 'EdDSA', use: 'sig' },
    ])
    expect(JSON.stringify(published)).not.toContain(first.d)
    for (const key of published.keys) expect(key).not.toHaveProperty('d')
  })

  it('are refused when others can read them, when they are no keys, or when two share a name', async () => {
    const key = await generateSigningJwk()
    const { d: _, ...publicOnly } = key
    for (const content of [
      '',
      '{',
      '[]',
      {},
      { keys: [] },
      { keys: [publicOnly] },
      { keys: [{ ...key, crv: 'P-384' }] },
    ]) {
      await expect(readSigningKeys(await keyFile(content))).rejects.toThrow(SigningKeysError)
    }
    await expect(readSigningKeys(await keyFile({ keys: [key, key] }))).rejects.toThrow('share a kid')
    await expect(readSigningKeys(await keyFile({ keys: [{ ...key, d: 'AAAA' }] }))).rejects.toThrow(
      'not a valid key',
    )
    const other = await generateSigningJwk()
    for (const bad of [
      { ...other, x: 'AAAA' },
      { ...other, x: key.kty === 'EC' ? key.x : '', kid: 'mixed' },
    ]) {
      await expect(readSigningKeys(await keyFile({ keys: [key, bad] }))).rejects.toThrow('not a valid key')
    }
    const path = await keyFile({ keys: [key] })
    await chmod(path, 0o644)
    await expect(readSigningKeys(path)).rejects.toThrow('chmod 600')
    await expect(readSigningKeys(join(folder, 'nowhere.json'))).rejects.toThrow(SigningKeysError)
  })

  it('are never quoted by an error', async () => {
    const key = await generateSigningJwk()
    const path = await keyFile({ keys: [{ ...key, crv: 'P-384' }] })
    const error: unknown = await readSigningKeys(path).catch((caught: unknown) => caught)
    expect(String(error)).not.toContain(key.d)
    expect(await readFile(path, 'utf8')).toContain(key.d)
  })
})
