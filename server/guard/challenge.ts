import type { StartRequest } from '../../contract/index.js'
import type { Site } from '../site.js'

/**
 * Something that a browser can do and a script finds dear. Asked for only where credit has run dry.
 *
 * It filters and does not defend: it lets go below nothing only the accounts that have an overdraft.
 */
export interface Challenge {
  /** Whether the site's visitors can be asked to solve one. */
  isOffered(site: Site): boolean
  /**
   * Whether the request carries a solution, made for this site, number and action, that nobody has used.
   *
   * @throws VerificationError `challenge_failed` when it carries one that is not.
   */
  isSolved(site: Site, request: StartRequest, origin: string, e164: string): Promise<boolean>
}

/** For servers whose visitors are asked to solve nothing. */
export const NO_CHALLENGE: Challenge = { isOffered: () => false, isSolved: async () => false }
