import type { ChallengeRequest, IssuedChallenge } from '../../contract/index.js'
import { checkAction } from '../guard/action.js'
import type { Challenge } from '../guard/challenge.js'
import type { Asker } from '../guard/guard.js'
import { parsePhoneNumber } from '../phone-number/phone-number.js'
import { VerificationError } from '../refusal/verification-error.js'
import { matchOrigin } from '../site/origin.js'
import type { Site, Sites } from '../site/site.js'
import { telling } from '../verification/telling.js'
import { addressShares } from './address-share.js'
import type { ChallengeDeps } from './challenge-deps.js'

/** Sets a challenge. Every refusal is a VerificationError. */
export type IssueChallenge = (request: ChallengeRequest, asker: Asker) => Promise<IssuedChallenge>

/**
 * Issues a challenge. Refuses, as far as that is free, whatever the start itself would be refused for. Requests per address and
 * minute are limited, and the answer says how long to wait.
 */
export function issueChallenge(
  sites: Sites,
  challenge: Challenge,
  deps: Pick<ChallengeDeps, 'store' | 'digests'>,
): IssueChallenge {
  const takeShare = addressShares(deps)

  async function issued(site: Site, request: ChallengeRequest, { origin, address }: Asker) {
    const { action, phoneNumber } = request
    if (!matchOrigin(site.origins, origin)) throw new VerificationError('origin_not_allowed')
    if (challenge.kind(site) === 'none') throw new VerificationError('invalid_request')
    checkAction(site, action)
    const e164 = phoneNumber === undefined ? undefined : numberFor(site, phoneNumber)
    await takeShare(address, 'challenges')
    return challenge.issue(site, { origin, action, e164 })
  }

  return async function issue(request, asker) {
    const site = sites.get(request.sitekey)
    if (!site) throw new VerificationError('unknown_site')
    return telling(
      () => ({ sitekey: site.sitekey }),
      () => issued(site, request, asker),
    )
  }
}

function numberFor(site: Site, text: string): string {
  const number = parsePhoneNumber(text, site.phoneRules)
  if ('refused' in number) throw new VerificationError(number.refused)
  return number.e164
}
