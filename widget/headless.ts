/**
 * The server's calls and the states of a verification without the element, for pages that draw their own markup. Needs no
 * DOM and no framework.
 *
 * @packageDocumentation
 */
import type { AltchaChallenge } from '../contract/index.js'
import { solveAltcha } from './challenge/altcha.js'
import { createClient as clientOf, type Client, type ClientOptions } from './client.js'
import { normalizeServer } from './server-address.js'

export type { Client, ClientOptions }
export { OtpError } from './failure.js'
export { failureSentence } from './locales/sentences.js'
export type { Numbering } from './numbering.js'
export * from './state.js'
export type {
  AltchaChallenge,
  ChallengeRequest,
  Channel,
  CheckRequest,
  HostedChallenge,
  IssuedChallenge,
  ProblemCode,
  ResendRequest,
  SiteConfig,
  StartRequest,
  StatusRequest,
  TokenRequest,
  VerificationApproved,
  VerificationPending,
  VerificationStatus,
} from '../contract/index.js'

/**
 * Talks to one server. A lost answer, or one that leaves the outcome open, is asked for again under the same key, so no
 * intent is ever carried out twice.
 *
 * @throws TypeError when `server` is neither an http or https URL nor a path
 */
export function createClient(options: ClientOptions): Client {
  const { server } = options
  return clientOf({ ...options, server: server === '' ? server : normalizeServer(server) })
}

/**
 * Solves a challenge of the server's own (`client.challenge()`; one with a `type` is for that service's script), in a worker
 * where there are any. What it returns is the `challenge` of the same call, made again.
 *
 * @throws when it was stopped, and on a page that is not secure, where browsers have no `crypto.subtle`
 */
export function solveChallenge(
  challenge: AltchaChallenge,
  stop: AbortSignal = new AbortController().signal,
): Promise<string> {
  return solveAltcha(challenge, stop)
}
