import { PATTERNS, toAsciiDigits, type StartRequest } from '../contract/index.js'
import type { FlowSettings } from './flow-host.js'
import type { State } from './state.js'

/** What survives a reload. Nothing else may ever be added: no number, no code, no token. */
export interface SavedVerification {
  verificationId: string
  /** Last two digits of the number. */
  lastDigits: string
}

/** Where this tab keeps the verification of one purpose and one session. */
export interface SavedPlace {
  /** Whether the host named its session by a nonce: only then may a proven number be kept. */
  bound: boolean
  /** Remembers a verification. A page that may not store anything simply forgets it on reload. */
  save(verification: SavedVerification): void
  forget(): void
  /**
   * The verification, if one is remembered and well formed. Only the server knows whether it is alive: this clock may be wrong.
   */
  recall(): SavedVerification | undefined
}

/** The place that belongs to a request. Under another nonce nothing is found: it is another session's. */
export function savedPlace({
  sitekey,
  action = '',
  nonce = '',
}: Pick<StartRequest, 'sitekey' | 'action' | 'nonce'>): SavedPlace {
  const purpose = `otp-verify:${sitekey}:${action}:`
  const key = purpose + (nonce && digest(nonce))
  return {
    bound: nonce !== '',
    save: ({ verificationId, lastDigits }) =>
      withStorage((storage) => {
        // What an earlier session left behind will never be asked for again.
        for (const other of Object.keys(storage)) if (other.startsWith(purpose)) storage.removeItem(other)
        storage.setItem(key, JSON.stringify({ verificationId, lastDigits }))
      }),
    forget: () => withStorage((storage) => storage.removeItem(key)),
    recall: () => {
      const saved = withStorage(
        (storage) => JSON.parse(storage.getItem(key)!) as Partial<SavedVerification> | null,
      )
      const { verificationId = '', lastDigits = '' } = saved ?? {}
      const fits = PATTERNS.verificationId.test(verificationId) && /^\d{2}$/.test(lastDigits)
      return fits ? { verificationId, lastDigits } : undefined
    },
  }
}

type Asked = Pick<FlowSettings, 'request' | 'fixedNumber'>

/** Whether both ask at one site for one purpose, one session and the same number, if any. */
export function isForSame({ request: one, fixedNumber }: Asked, other: Asked): boolean {
  const { action, nonce } = other.request
  return one.action === action && one.nonce === nonce && fixedNumber === other.fixedNumber
}

/** Whether a verification, by its last digits, can be of the number that the page asks for, if it asks for one. */
export function isOf(lastDigits: string, fixedNumber: string | undefined): boolean {
  return !fixedNumber || toAsciiDigits(fixedNumber).replace(/\D/g, '').endsWith(lastDigits)
}

/** Keeps a verification for as long as a reloaded page could continue it. */
export function remember(place: SavedPlace, state: State, previous: State): void {
  if (state.step === 'code' && !state.over) {
    place.save({ ...state.pending, lastDigits: state.lastDigits })
  } else if (state.step === 'verified' && place.bound) {
    place.save(state)
  } else if (previous.step !== 'phone' && state.step !== 'sending' && state.step !== 'checking') {
    place.forget()
  }
}

/** FNV-1a, 32 bits: tells nonces apart, and is too short to lead back to one. */
function digest(nonce: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(nonce)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

// Sandboxed frames and privacy settings make every access to sessionStorage throw.
function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage)
  } catch {
    return undefined
  }
}
