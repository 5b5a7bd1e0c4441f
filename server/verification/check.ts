import { parseCode, type CheckRequest, type VerificationApproved } from '../../contract/index.js'
import type { Route } from '../guard/route.js'
import type { CheckOutcome } from '../provider/provider.js'
import type { Settlement, Verification } from '../store/store.js'
import { approve, sealProof } from './approve.js'
import { digestsOf } from './digests.js'
import { codeLengthOf, endedError, find, routeOf, seconds, whomOf, type Found } from './find.js'
import type { Caller, FlowDeps, VerificationFlow } from './flow.js'
import { canonicalNumber } from './phone-number.js'
import { telling } from './telling.js'
import { PROVIDER_RETRY } from './unsent.js'
import { VerificationError } from './verification-error.js'

/**
 * Milliseconds after which an attempt whose holder has crashed no longer blocks the next. Longer than the provider's
 * own time limit, so that a living holder always settles in time.
 */
export const ATTEMPT_PATIENCE = 20_000

/** Outcomes for which nobody looked at the code. An exhausted one is not among them: the last wrong code is told so. */
const WITHOUT_GUESS: readonly CheckOutcome['outcome'][] = ['throttled', 'unavailable', 'expired']

/** Outcomes of a wrong code. */
const WRONG: readonly CheckOutcome['outcome'][] = ['incorrect', 'exhausted']

/**
 * Checks a code and issues the token.
 *
 * The attempt is spent before the provider is asked and only given back when the provider, for certain, never looked
 * at the code. A malformed code costs nothing and goes nowhere.
 */
export function checkCall(deps: FlowDeps): VerificationFlow['check'] {
  const { guard, provider, store, digests, observe } = deps

  return async function check(request, caller): Promise<VerificationApproved> {
    const found = await find(request.verificationId, caller, deps)
    return telling(
      () => whomOf(found, digests),
      () => checked(found, request, caller),
    )
  }

  async function checked(found: Found, request: CheckRequest, caller: Caller): Promise<VerificationApproved> {
    const { verification, site } = found
    const { id, sitekey, phoneDigest, country, state } = verification
    const code = parseCode(request.code, codeLengthOf(found))
    if (code === undefined) throw new VerificationError('invalid_code')
    const route = routeOf(found)
    const ref = digests.ref(route.e164)
    // Whoever asks again after the end leaves nothing in the store.
    if (state !== 'sending' && state !== 'sent') throw endedError(state)
    const admission = await guard.admitCheck(site, route, caller)
    const attempt = await store.reserveAttempt(id, site.checkInterval * 1000, ATTEMPT_PATIENCE)
    if ('refused' in attempt) {
      await admission.refund()
      if (attempt.refused === 'busy') {
        throw new VerificationError('check_in_progress', { retryAfter: seconds(attempt.wait) })
      }
      if (attempt.refused === 'too_soon') {
        throw new VerificationError('rate_limited', { retryAfter: seconds(attempt.wait) })
      }
      throw endedError(attempt.refused)
    }
    const guess = await guard.admitGuess(site, route).catch(async (error: unknown) => {
      // Nobody looks at codes for this number any more, whichever verification they are of; unless the store has failed.
      const as = error instanceof VerificationError ? 'exhausted' : 'unasked'
      await store.settleAttempt(id, attempt.lease, { as })
      throw error
    })
    const outcome = await provider.check(attempt.reference, code)
    const phoneNumber = outcome.outcome === 'approved' ? provenNumber(outcome.phoneNumber, route) : undefined
    const confirmed = phoneNumber !== undefined && digestsOf(phoneDigest, phoneNumber, digests) !== undefined
    if (outcome.outcome === 'approved' && !confirmed) observe({ event: 'mismatch', sitekey, ref })
    const verifiedAt = await store.recent()
    const proof =
      phoneNumber === undefined ? '' : sealProof({ phoneNumber, verifiedAt }, request.verificationId, digests)
    const after = await store.settleAttempt(id, attempt.lease, settlement(outcome, confirmed, proof))
    if (WITHOUT_GUESS.includes(outcome.outcome)) await guess.refund()
    // What it tells of the site is for the next visitors; this one is told of the code all the same.
    if (WRONG.includes(outcome.outcome)) await guard.disproven(site, route).catch(() => {})
    // A void lease: the answer came too late to count, whatever it was.
    const mismatch = outcome.outcome === 'approved' && !confirmed
    const told = !after ? 'late' : mismatch ? 'mismatch' : outcome.outcome
    observe({ event: 'checked', sitekey, ref, country, outcome: told })
    if (!after) throw new VerificationError('provider_unavailable', { done: true })
    if (!confirmed) throw refusal(outcome, after)
    observe({ event: 'verified', sitekey, ref, country, channel: after.channel })
    // What it earns is for the next visitors: should the store be gone by now, this one has proven the number all the same.
    const credited = guard.proven(site, route, after.expiresAt - site.codeLifetime * 1000).catch(() => {})
    const [approved] = await Promise.all([approve(deps, site, after, { phoneNumber, verifiedAt }), credited])
    return approved
  }
}

/** The number that the provider names, in its one form: most often the one asked for, which is in it. */
function provenNumber(named: string, { e164 }: Route): string | undefined {
  return named === e164 ? e164 : canonicalNumber(named)
}

function settlement(outcome: CheckOutcome, confirmed: boolean, proof: string): Settlement {
  switch (outcome.outcome) {
    case 'approved':
      return confirmed ? { as: 'verified', proof } : { as: 'unknown' }
    case 'incorrect':
      return { as: 'incorrect', cap: outcome.attemptsRemaining }
    case 'throttled':
    case 'unavailable':
      return { as: 'unasked' }
    default:
      return { as: outcome.outcome }
  }
}

function refusal(outcome: CheckOutcome, { state, attemptsRemaining }: Verification): VerificationError {
  switch (outcome.outcome) {
    case 'incorrect':
      if (state === 'exhausted') return endedError('exhausted', { done: true })
      return new VerificationError('code_incorrect', { attemptsRemaining, done: true })
    case 'expired':
    case 'exhausted':
      return endedError(outcome.outcome, { done: true })
    case 'throttled':
      return new VerificationError('rate_limited', { retryAfter: outcome.retryAfter, attemptsRemaining })
    case 'unavailable':
      return new VerificationError('provider_unavailable', { retryAfter: PROVIDER_RETRY, attemptsRemaining })
    default:
      return new VerificationError('provider_unavailable', { attemptsRemaining, done: true })
  }
}
