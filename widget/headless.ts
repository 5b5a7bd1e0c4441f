/**
 * The server's calls and the states of a verification without the element, for pages that draw their own markup. Needs no
 * DOM and no framework.
 *
 * @packageDocumentation
 */
export { createClient, type Client, type ClientOptions } from './client.js'
export { OtpError } from './failure.js'
export { failureSentence } from './locales/sentences.js'
export type { Numbering } from './numbering.js'
export * from './state.js'
export type {
  Channel,
  IssuedChallenge,
  ProblemCode,
  SiteConfig,
  VerificationApproved,
  VerificationPending,
  VerificationStatus,
} from '../contract/index.js'
