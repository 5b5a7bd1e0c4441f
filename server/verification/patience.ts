import { PROVIDER_PATIENCE } from '../provider/provider.js'
import { LONGEST_INSISTENCE, STORE_PATIENCE } from '../store/insist.js'

/**
 * Milliseconds after which an attempt no longer blocks the next: its holder has crashed, or is still waiting for the store.
 *
 * Half of that is the provider's; after that the store may be away for some six seconds. A holder that comes later is
 * refused, and its attempt stays spent. A longer wait would help nobody: the element gives up after 25 seconds.
 */
export const ATTEMPT_PATIENCE = 2 * PROVIDER_PATIENCE

/** Milliseconds after which a message that is being sent no longer blocks another: as for an attempt, for the same reasons. */
export const SEND_PATIENCE = ATTEMPT_PATIENCE

/**
 * Milliseconds after which a resend is no longer under way: its process has crashed. As long as the slowest takes from its
 * claim until its message is recorded, with the answers to the claim and to `reserveResend`.
 */
export const RESEND_PATIENCE = 2 * STORE_PATIENCE + PROVIDER_PATIENCE + LONGEST_INSISTENCE

/**
 * Milliseconds after which a call whose process has crashed may be made again. Longer than a call takes until its answer is
 * kept, even if the store is away twice for as long as `insist` goes on: when a resend records its message, and when it reads
 * the verification. Nineteen seconds are left for all other steps.
 */
export const CALL_PATIENCE = PROVIDER_PATIENCE + 2 * LONGEST_INSISTENCE + 19 * STORE_PATIENCE
