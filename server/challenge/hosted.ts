import { createHash } from 'node:crypto'
import type { HostedChallenge } from '../../contract/index.js'
import { userOf, type Challenge, type Purpose, type Submission } from '../guard/challenge.js'
import { unused } from '../guard/voucher.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { HostedAccount, Site } from '../site/site.js'
import { addressShares } from './address-share.js'
import { LIFETIME, type ChallengeDeps } from './challenge-deps.js'
import { ask, type HostedAnswer } from './hosted-answer.js'

/** Milliseconds by which the other service's clock may be ahead of the store's. */
const CLOCK_SKEW = 60_000

/** Milliseconds an answer may take. */
const PATIENCE = 5000

/** Seconds after which a visitor may try again when no answer came. */
const RETRY = 5

/** What a token may look like: nothing that a form could spell in two ways. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/

/** Errors that are about the visitor's token. All others are about the operator's account with the service. */
const TOKEN_ERRORS = new Set([
  ...['missing-input-response', 'invalid-input-response', 'timeout-or-duplicate'],
  ...['expired-input-response', 'already-seen-response', 'invalid-or-already-seen-response'],
])

/** How Turnstile and hCaptcha differ. */
export interface HostedKind {
  kind: HostedAccount['kind']
  /** The siteverify endpoint. */
  url: string
  /** Members of the form beside `secret`, `response` and `remoteip`. */
  form?: (account: HostedAccount) => Record<string, string>
  /** What the page passes to the service's script, so that the token is good for this purpose alone. */
  bind?: (site: Site, purpose: Purpose) => string
  /** Whether the answer says that the token was made with what `bind` gave for this purpose. */
  isBound?: (cdata: string, site: Site, purpose: Purpose) => boolean
}

/**
 * A challenge set and checked by another service. Each token is verified there once and the result kept, so that a start refused
 * for another reason does not waste it. Without the service's answer nothing is sent (SR-K16).
 *
 * @param patience milliseconds an answer may take
 */
export function hosted(
  { kind, url, form, bind, isBound }: HostedKind,
  deps: ChallengeDeps,
  patience = PATIENCE,
): Challenge {
  const { store, random } = deps
  const takeShare = addressShares(deps)

  function accountOf({ challenge }: Site): HostedAccount {
    if ('secret' in challenge) return challenge
    throw new TypeError(`The site has no account at ${kind}.`)
  }

  /**
   * Milliseconds for which the token is good for this purpose. @throws VerificationError when it is not, or the service does not
   * say
   */
  async function goodFor(site: Site, token: string, submission: Submission): Promise<number> {
    const account = accountOf(site)
    // Otherwise anyone who puts nonsense into starts could make this server ask without limit. A resend is charged to its
    // start's address: any other would open another account in the room meant for calls under way.
    await takeShare((submission.underWay ?? submission).address, 'answers', userOf(submission))
    const answer = await ask({
      ...{ url, patience },
      form: { secret: account.secret, response: token, remoteip: submission.address, ...form?.(account) },
    })
    if (!answer || !isAboutToken(answer)) {
      throw new VerificationError('service_unavailable', { retryAfter: RETRY, reason: 'challenge_provider' })
    }
    if (!answer.success) throw new VerificationError('challenge_failed')
    const { hostname, cdata } = answer
    const [made, now] = [Date.parse(answer.challenge_ts), await store.now()]
    const fits =
      hostname === new URL(submission.origin).hostname &&
      made <= now + CLOCK_SKEW &&
      made + LIFETIME > now &&
      (isBound?.(cdata ?? '', site, submission) ?? true)
    if (!fits) throw new VerificationError('challenge_failed')
    return Math.min(made, now) + LIFETIME - now
  }

  return {
    kind: () => kind,

    async issue(site, purpose): Promise<HostedChallenge> {
      const { sitekey } = accountOf(site)
      return { type: kind, sitekey, ...(bind && { cdata: bind(site, purpose) }) }
    },

    async read(site, token, submission) {
      if (!TOKEN.test(token)) throw new VerificationError('challenge_failed')
      const { origin, action = '', e164 = '' } = submission
      const good = `solved:${digestOf(token, site.sitekey, origin, action, e164)}`
      if (!(await store.isClaimed(good))) {
        await store.claim(good, kind, await goodFor(site, token, submission), userOf(submission))
      }
      const single = {
        key: `challenge:${digestOf(token)}`,
        keep: LIFETIME,
        refusal: 'challenge_failed',
        by: userOf(submission),
      } as const
      return unused(single, { store, random })
    },
  }
}

function isAboutToken(answer: HostedAnswer): boolean {
  return answer.success || answer['error-codes'].every((code) => TOKEN_ERRORS.has(code))
}

/** Nobody guesses a token, so its digest needs no key: servers with different peppers have to agree on it. */
function digestOf(token: string, ...purpose: string[]): string {
  return createHash('sha256')
    .update([token, ...purpose].join('\u001f'))
    .digest('base64url')
}
