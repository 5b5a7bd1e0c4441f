import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { RandomBytes } from '../random.js'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts `text` so that the store that keeps it learns nothing (AES-256-GCM). */
export function seal(text: string, key: Uint8Array, random: RandomBytes): string {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
}

/** Opens what `seal` made under one of `keys`. @throws when it was made under another or has been touched. */
export function unseal(sealed: string, keys: readonly Uint8Array[]): string {
  const bytes = Buffer.from(sealed, 'base64url')
  let failure: unknown
  for (const key of keys) {
    try {
      return open(bytes, key)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function open(bytes: Buffer, key: Uint8Array): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
}
