import type { Client } from './client.js'
import type { SavedPlace, SavedVerification } from './saved.js'
import type { FlowSettings } from './flow-host.js'
import type { Action } from './state.js'

/**
 * Asks how a verification stands that a reload interrupted.
 *
 * @returns what goes on with it; nothing when there is nothing to go on with.
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
