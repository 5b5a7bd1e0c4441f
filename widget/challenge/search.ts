import type { AltchaChallenge, AltchaSolution } from '../../contract/index.js'

/**
 * Finds the solution of an ALTCHA challenge; nothing when it is told to stop.
 *
 * Self-contained, because its source also runs in a worker: it may use nothing but its arguments and the platform.
 */
export async function search(
  { nonce, salt, cost, keyLength, keyPrefix }: AltchaChallenge['parameters'],
  stop?: AbortSignal,
): Promise<AltchaSolution['solution'] | undefined> {
  const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16))
  const { subtle } = crypto
  const pbkdf2 = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost }
  const derive = async (counter: number) => {
    const password = bytes(nonce + counter.toString(16).padStart(8, '0'))
    const key = await subtle.importKey('raw', password, pbkdf2, false, ['deriveBits'])
    const derived = new Uint8Array(await subtle.deriveBits(pbkdf2, key, keyLength * 8))
    const derivedKey = [...derived].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    return { counter, derivedKey }
  }
  // Browsers derive keys on their own threads. Many at a time keep those busy while this thread does something else.
  const batch = 8
  for (let first = 0; !stop?.aborted; first += batch) {
    const derived = await Promise.all([...new Array(batch).keys()].map((index) => derive(first + index)))
    const solution = derived.find(({ derivedKey }) => derivedKey.startsWith(keyPrefix))
    if (solution) return solution
  }
  return undefined
}
