import type { Challenge, Purpose } from '../guard/challenge.js'
import { underEach, type Digests } from '../pepper/digests.js'
import type { Site } from '../site/site.js'
import type { ChallengeDeps } from './challenge-deps.js'
import { hosted } from './hosted.js'

const ENDPOINT = 'https://challenges.cloudflare.com/turnstile/v0/siteverify'

/** Characters of random salt with which a cdata begins: Cloudflare cannot tell that two are for one number. */
const SALT = 16

/**
 * Cloudflare Turnstile. Its tokens carry the `cdata` that the page was given, which binds them to site, origin, action and
 * number.
 *
 * @param url another than the default in tests only
 * @param patience milliseconds an answer may take; another than the default in tests only
 */
export function turnstile(deps: ChallengeDeps, url = ENDPOINT, patience?: number): Challenge {
  const { digests, random } = deps
  const salt = () => Buffer.from(random((SALT * 3) / 4)).toString('base64url')
  return hosted(
    {
      ...{ kind: 'turnstile', url },
      bind: (site, purpose) => cdataOf(site, purpose, salt(), digests),
      isBound: (cdata, site, purpose) =>
        underEach(digests).some((one) => cdata === cdataOf(site, purpose, cdata.slice(0, SALT), one)),
    },
    deps,
    patience,
  )
}

function cdataOf(
  { sitekey }: Site,
  { origin, action = '', e164 = '' }: Purpose,
  salt: string,
  digests: Digests,
): string {
  return salt + digests.digest('challenge', 'turnstile', salt, sitekey, origin, action, e164)
}
