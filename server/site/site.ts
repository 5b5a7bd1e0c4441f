import type { Channel } from '../../contract/index.js'
import type { PhoneRules } from '../phone-number/phone-number.js'
import type { OriginPattern } from './origin.js'
import type { Policy } from './policy.js'

/** A customer of the server: its key, which pages may call for it, and its policy. Fixed at startup. */
export interface Site {
  sitekey: string
  /** The `aud` of its tokens. */
  audience: string
  /** Shared with the host's backend; at most two live at once, for rotation. */
  secrets: readonly string[]
  origins: readonly OriginPattern[]
  /** Whether backends may verify its tokens by themselves; if not, each has to be redeemed. */
  offline: boolean
  /** Refuse starts without a ticket that the host's backend signed. */
  requireTicket: boolean
  /** Whether a proven number is known afterwards; if not, every number is always a stranger. */
  rememberNumbers: boolean
  /** Whether each call of a verification has to prove that it comes from the page that started it. */
  senderConstraint: boolean
  /** Purposes that may be asked for; `undefined` allows any. */
  actions: ReadonlySet<string> | undefined
  phoneRules: PhoneRules
  channels: readonly Channel[]
  /** Countries that may be called. */
  voiceCountries: ReadonlySet<string>
  /** Text messages of a verification that come before a call; 0 where visitors may start with one, or nobody is called. */
  voiceAfter: number
  initialCountry: string | undefined
  /** Digits of a code. The provider's template decides it; this must agree. */
  codeLength: number
  /** Digits of a code while somebody is guessing at the site; `undefined` where there is no template for longer codes. */
  longCodeLength?: number | undefined
  /** Seconds a verification lives, resends or not. */
  codeLifetime: number
  /** Checks a verification gets, resends or not. */
  attempts: number
  /** Seconds to wait before the first, second, … resend. */
  resendCooldowns: readonly number[]
  /** Least seconds between two checks of one verification. */
  checkInterval: number
  /** Most messages in a UTC day. */
  dailyBudget: number
  /**
   * What a text or a call to a country costs, as far as that is known, and the most money for a UTC day, if there is a ceiling
   * (every price is known then), in one currency.
   */
  dailySpend?:
    | { limit?: number | undefined; price: (country: string, channel: Channel) => number | undefined }
    | undefined
  /**
   * Whether strangers are asked for a challenge before they reach their share of these budgets; beyond it nothing is sent to
   * them.
   */
  onCeiling: 'challenge' | 'deny'
  /** What visitors may be asked to solve where credit has run out. */
  challenge: SiteChallenge
  /** Limits and credits; those of numbers and addresses are the same for all sites of a server. */
  policy: Policy
  /** Let through what the guard's limits and credits would refuse, and only report it. The budgets still hold. */
  shadow: boolean
}

/** The challenge of a site; if another service sets it, the site's account there. */
export type SiteChallenge = { kind: 'none' | 'altcha' } | HostedAccount

/** The account by which Turnstile or hCaptcha know a site. */
export interface HostedAccount {
  kind: 'turnstile' | 'hcaptcha'
  /** Public. */
  sitekey: string
  /** Authenticates the question whether a visitor has solved it. */
  secret: string
}

/** The sites of a server, by sitekey. */
export type Sites = ReadonlyMap<string, Site>

/** The countries that any of the sites serves. */
export function countriesOf(sites: Sites): ReadonlySet<string> {
  return new Set([...sites.values()].flatMap(({ phoneRules }) => [...phoneRules.countries]))
}
