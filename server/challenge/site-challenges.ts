import type { ChallengeKind } from '../../contract/index.js'
import { NO_CHALLENGE, type Challenge } from '../guard/challenge.js'
import type { Site } from '../site/site.js'
import { altcha } from './altcha.js'
import type { ChallengeDeps } from './challenge-deps.js'
import { hcaptcha } from './hcaptcha.js'
import { turnstile } from './turnstile.js'

/** The challenge that each site has chosen. */
export function siteChallenges(deps: ChallengeDeps): Challenge {
  const challenges: Record<ChallengeKind, Challenge> = {
    none: NO_CHALLENGE,
    altcha: altcha(deps),
    turnstile: turnstile(deps),
    hcaptcha: hcaptcha(deps),
  }
  const of = ({ challenge }: Site) => challenges[challenge.kind]
  return {
    kind: ({ challenge }) => challenge.kind,
    issue: (site, purpose) => of(site).issue(site, purpose),
    read: (site, answer, submission) => of(site).read(site, answer, submission),
  }
}
