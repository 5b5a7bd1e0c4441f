import type { ChallengeKind } from './challenge.js'
import type { Channel } from './verification.js'

/** What anyone may know of a site: the answer to GET /v1/sites/{sitekey}. */
export interface SiteConfig {
  sitekey: string
  /** Digits a code has, unless the answer to its start says otherwise. */
  codeLength: number
  channels: Channel[]
  /** Countries served, as ISO 3166-1 alpha-2 codes. */
  countries: string[]
  /** Calling code without `+` of each served country. Where countries share one, the main country comes first. */
  callingCodes: Record<string, string>
  /** The country a visitor starts with, when the operator chose one. */
  initialCountry: string | null
  resend: {
    /** Seconds to wait before the first, second, … resend; its length is how many there are. */
    cooldowns: number[]
  }
  /** The challenge that a start or a resend may be asked to solve. */
  challenge: ChallengeKind
  /** The page makes a key, and all its calls prove that they come from it; left out where they need not. */
  senderConstraint?: true
}
