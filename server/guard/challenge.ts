import type { ChallengeKind, IssuedChallenge } from '../../contract/index.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import type { ChargedBy } from '../store/store.js'
import type { Route } from './route.js'
import type { Voucher } from './voucher.js'

/** What a challenge is solved for. Its solution is good for nothing else. */
export interface Purpose {
  /** The page's origin. */
  origin: string
  action?: string | undefined
  /** The number that is to be sent a code, in E.164. A challenge set without one is good for no message. */
  e164?: string | undefined
}

/** A purpose, as somebody hands in a solution for it. */
export interface Submission extends Purpose {
  /** The client's address in its one form, if it is known. */
  address?: string | undefined
  /** Where the start came from, where the verification is under way: it finds room in a store that newcomers have filled. */
  underWay?: Pick<Route, 'address'> | undefined
}

/** In whose name the answer is used up. */
export function userOf({ underWay }: Submission): ChargedBy {
  return underWay ? 'under way' : 'start'
}

/**
 * Something that a browser can do but that is expensive for a script. Asked for only where credit has run dry.
 *
 * It is a filter, not a defence: it lets only accounts with an overdraft go below zero.
 */
export interface Challenge {
  /** Which challenge the site's visitors can be asked to solve. */
  kind(site: Site): ChallengeKind
  /** Issues one. @throws VerificationError `invalid_request` where the site has none */
  issue(site: Site, purpose: Purpose): Promise<IssuedChallenge>
  /**
   * Finds out whether an answer solves a challenge of the site for this purpose, and has neither expired nor been used up.
   *
   * @returns the solution, still to be spent; `undefined` where the site has no challenge, so that nothing was asked.
   * @throws VerificationError `challenge_failed`; `service_unavailable` when the service that checks it does not answer
   */
  read(site: Site, answer: string, submission: Submission): Promise<Voucher | undefined>
}

/** For sites whose visitors are asked to solve nothing. */
export const NO_CHALLENGE: Challenge = {
  kind: () => 'none',
  issue: () => Promise.reject(new VerificationError('invalid_request')),
  read: () => Promise.resolve(undefined),
}
