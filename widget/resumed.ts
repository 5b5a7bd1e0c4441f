import type { Client } from './client.js'
import type { SavedPlace, SavedVerification } from './saved.js'
import type { FlowSettings } from './flow-host.js'
import type { Action } from './state.js'

/**
 * Asks for the state of a verification that a reload interrupted.
 *
 * @returns the action that continues it; `undefined` when there is nothing to continue.
 */
export async function goOnWith(
  { verificationId, lastDigits }: SavedVerification,
  client: Client,
  { bound, refreshes }: Pick<SavedPlace, 'bound'> & Pick<FlowSettings, 'refreshes'>,
): Promise<Action | undefined> {
  const { state, ...pending } = await client.status({ verificationId })
  if (state === 'verified' && bound) {
    return { type: 'proven', verificationId, answer: await client.token({ verificationId }), refreshes }
  }
  return state === 'sent' || state === 'sending' ? { type: 'resume', pending, lastDigits } : undefined
}
