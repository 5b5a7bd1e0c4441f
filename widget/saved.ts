import { PATTERNS } from '../contract/index.js'

/** What survives a reload. Nothing else may ever be added: no number, no code, no token. */
export interface SavedVerification {
  verificationId: string
  /** ISO 8601 UTC. */
  expiresAt: string
  /** Last two digits of the number. */
  lastDigits: string
}

const keyOf = (sitekey: string, action: string | undefined) => `otp-verify:${sitekey}:${action ?? ''}`

/** Remembers a verification for this tab. A page that may not store anything simply forgets it on reload. */
export function save(
  sitekey: string,
  action: string | undefined,
  { verificationId, expiresAt, lastDigits }: SavedVerification,
) {
  withStorage((storage) =>
    storage.setItem(keyOf(sitekey, action), JSON.stringify({ verificationId, expiresAt, lastDigits })),
  )
}

/** Forgets the verification of this tab. */
export function forget(sitekey: string, action: string | undefined): void {
  withStorage((storage) => storage.removeItem(keyOf(sitekey, action)))
}

/** The verification of this tab, if one is remembered, well formed and alive at `now` (milliseconds since 1970). */
export function recall(
  sitekey: string,
  action: string | undefined,
  now: number,
): SavedVerification | undefined {
  const saved = withStorage(
    (storage) => JSON.parse(storage.getItem(keyOf(sitekey, action)) ?? '{}') as Partial<SavedVerification>,
  )
  const { verificationId = '', expiresAt = '', lastDigits = '' } = saved ?? {}
  const fits = PATTERNS.verificationId.test(verificationId) && /^\d{2}$/.test(lastDigits)
  return fits && Date.parse(expiresAt) > now ? { verificationId, expiresAt, lastDigits } : undefined
}

// Sandboxed frames and privacy settings make every access to sessionStorage throw.
function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage)
  } catch {
    return undefined
  }
}
