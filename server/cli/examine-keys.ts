import { existsSync } from 'node:fs'
import { SigningKeysError } from '../token/key-set.js'
import type { KeySource } from '../token/key-ring.js'
import { KEYS_FILE } from './data-folder.js'
import type { Findings } from './examine-store.js'
import { listKeys } from './keys.js'

/** Looks at the signing keys: whether they can be read, by nobody else, and one of them signs now. */
export async function examineKeys(source: KeySource | undefined, now: number): Promise<Findings> {
  if (source === undefined && !existsSync(KEYS_FILE)) {
    return {
      weaknesses: [],
      notes: ['There are no signing keys yet; outside production the server makes some.'],
    }
  }
  try {
    const { keys } = await listKeys(source ?? { file: KEYS_FILE }, now)
    if (keys.some(({ state }) => state === 'signing')) return { weaknesses: [], notes: [] }
    return found('No key signs now.', 'Add one: otp-verify keys rotate')
  } catch (error) {
    if (!(error instanceof SigningKeysError)) throw error
    return found(error.message, 'Correct OTP_SIGNING_KEYS, or make keys: otp-verify keys generate')
  }
}

function found(message: string, fix: string): Findings {
  return { weaknesses: [{ check: 'keys', message, fix }], notes: [] }
}
