import type { RandomBytes } from '../random.js'
import type { Store } from '../store/store.js'
import { RESEND_PATIENCE } from './patience.js'

/** The key under which the store remembers that a resend of the verification is under way. */
const keyOf = (id: string) => `resending:${id}`

/** One resend of a verification, among all processes that share the store. */
export interface Resending {
  /** @returns `false` while another is under way */
  begin(): Promise<boolean>
  /** Harmless if it was not begun, or has ended. */
  end(): Promise<void>
}

/**
 * Makes sure that only one resend of a verification is under way at a time, and that checks know of it: from the moment the
 * provider is asked until its answer is recorded, the code may have another reference than the known one.
 */
export function resendingOf(
  id: string,
  { store, random }: { store: Pick<Store, 'claim' | 'release'>; random: RandomBytes },
): Resending {
  const [key, holder] = [keyOf(id), Buffer.from(random(12)).toString('base64url')]
  return {
    begin: () => store.claim(key, holder, RESEND_PATIENCE, 'under way'),
    end: () => store.release(key, holder),
  }
}

/** Whether a resend of the verification is under way, or may be if the store does not answer. */
export async function isResending(id: string, store: Pick<Store, 'isClaimed'>): Promise<boolean> {
  return store.isClaimed(keyOf(id)).catch(() => true)
}
