import { existsSync } from 'node:fs'
import { KEYS_FILE } from '../assembly/data-folder.js'
import type { KeySettings } from '../config/parts.js'
import type { KeySource } from '../token/key-ring.js'
import { SigningKeysError } from '../token/key-set.js'
import type { Weakness } from '../weakness.js'
import type { Findings } from './findings.js'
import { listKeys, sourceOf } from './keys.js'

/** Looks at the signing keys: whether they can be read, by nobody else, one of them signs now, and none is revoked. */
export async function examineKeys(settings: KeySettings, now: number): Promise<Findings> {
  if (settings.signingKeys === undefined && !existsSync(KEYS_FILE)) {
    return {
      weaknesses: [],
      notes: ['There are no signing keys yet; outside production the server makes some.'],
    }
  }
  const source = sourceOf(settings, undefined)
  try {
    const { lines, keys } = await listKeys(settings, source, now)
    const signs = keys.some(({ state }) => state === 'signing')
    const revoked = keys
      .filter(({ state }) => state === 'revoked')
      .map(({ kid }) => revokedButPresent(kid, source, signs))
    if (signs || revoked.length > 0) return { weaknesses: revoked, notes: lines }
    return { weaknesses: [weak('No key signs now.', 'Add one: otp-verify keys rotate')], notes: lines }
  } catch (error) {
    if (!(error instanceof SigningKeysError)) throw error
    const fix = 'Correct OTP_SIGNING_KEYS, or make keys: otp-verify keys generate'
    return { weaknesses: [weak(error.message, fix)], notes: [] }
  }
}

/**
 * A revoked key that is still there, after an older copy of the file came back, say: it would be trusted again once the store
 * forgets.
 */
function revokedButPresent(kid: string, source: KeySource, signs: boolean): Weakness {
  const message = `${kid} is revoked, ${signs ? 'but still among the keys.' : 'and no other key signs now.'}`
  if ('file' in source) return weak(message, `Take it out: otp-verify keys revoke ${kid}`)
  return weak(message, `${signs ? 'Take it out of' : 'Put a fresh one in its place in'} OTP_SIGNING_KEYS.`)
}

function weak(message: string, fix: string): Weakness {
  return { check: 'keys', message, fix }
}
