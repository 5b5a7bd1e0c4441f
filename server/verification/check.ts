import { parseCode, type CheckRequest, type VerificationApproved } from '../../contract/index.js'
import type { Admission } from '../guard/guard.js'
import type { Route } from '../guard/route.js'
import { digestsOf } from '../pepper/digests.js'
import { numberInLogs } from '../phone-number/number-in-logs.js'
import { canonicalNumber } from '../phone-number/phone-number.js'
import type { CheckOutcome } from '../provider/provider.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import { insist, onceBack, onceOrLater, undo } from '../store/insist.js'
import { ofGuessAlone, type Attempt, type Settlement, type Verification } from '../store/store.js'
import { untouched } from '../store/untouched.js'
import { approve, sealProof } from './approve.js'
import { codeLengthOf, endedError, find, routeOf, seconds, startedAt, whomOf, type Found } from './find.js'
import type { Caller, FlowDeps, VerificationFlow } from './flow.js'
import { needKey } from './need-key.js'
import { ATTEMPT_PATIENCE } from './patience.js'
import { isResending } from './resending.js'
import { telling } from './telling.js'
import { PROVIDER_RETRY } from './unsent.js'

/** Outcomes for which the code was not looked at. `exhausted` is not among them: it is also the answer to the last wrong code. */
const WITHOUT_GUESS: readonly CheckOutcome['outcome'][] = ['throttled', 'unavailable', 'expired']

/** Outcomes of a wrong code. */
const WRONG: readonly CheckOutcome['outcome'][] = ['incorrect', 'exhausted']

/** What a check has when its provider is asked. */
interface Spent {
  code: string
  route: Route
  attempt: Attempt
  /** Permission for the guess. */
  guess: Admission
  /** Milliseconds since 1970: when the number is proven, if it is. */
  verifiedAt: number
}

/**
 * Checks a code and issues the token.
 *
 * The attempt is spent before the provider is asked and only given back when the provider, for certain, never looked
 * at the code. A malformed code costs nothing and goes nowhere.
 */
export function checkCall(deps: FlowDeps): VerificationFlow['check'] {
  const { guard, provider, store, digests, observe, sleep } = deps

  return async function check(request, caller): Promise<VerificationApproved> {
    const found = await find(request.verificationId, caller, deps)
    return telling(
      () => whomOf(found, digests),
      async () => checked(found, request, await untouched(() => spent(found, request, caller))),
    )
  }

  /** Spends an attempt, and all that one costs. */
  async function spent(found: Found, request: CheckRequest, caller: Caller): Promise<Spent> {
    const { verification, site } = found
    const { id, state } = verification
    const code = parseCode(request.code, codeLengthOf(found))
    if (code === undefined) throw new VerificationError('invalid_code')
    const route = routeOf(found)
    // A call after the end leaves nothing in the store.
    if (state !== 'sending' && state !== 'sent') throw endedError(state)
    needKey(deps)
    const admission = await guard.admitCheck(site, route, caller)
    const giveBack = () => onceBack(store, admission.refund, sleep)
    const [verifiedAt, attempt] = await untouched(async () => {
      // Once the provider has looked at the code, the store has to answer nothing but the settlement.
      const at = await store.recent()
      return [at, await store.reserveAttempt(id, site.checkInterval * 1000, ATTEMPT_PATIENCE)] as const
    }, giveBack)
    if ('refused' in attempt) {
      await onceOrLater(store, admission.refund, sleep)
      if (attempt.refused === 'busy') {
        throw new VerificationError('check_in_progress', { retryAfter: seconds(attempt.wait) })
      }
      if (attempt.refused === 'too_soon') {
        throw new VerificationError('rate_limited', { retryAfter: seconds(attempt.wait) })
      }
      throw endedError(attempt.refused)
    }
    const settledAs = (as: 'exhausted' | 'unasked') => store.settleAttempt(id, attempt.lease, { as })
    const guess = await untouched(
      () => guard.admitGuess(site, route),
      async () => {
        void undo(() => settledAs('unasked'), sleep)
        await giveBack()
      },
    ).catch(async (error: unknown) => {
      // Codes for this number are no longer looked at, whichever verification they are for. If the store fails here, the next
      // check is refused as this one is.
      if (error instanceof VerificationError)
        await insist(() => settledAs('exhausted'), sleep).catch(() => {})
      throw error
    })
    return { code, route, attempt, guess, verifiedAt }
  }

  async function checked(
    { verification, site, trail }: Found,
    request: CheckRequest,
    { code, route, attempt, guess, verifiedAt }: Spent,
  ): Promise<VerificationApproved> {
    const { id, sitekey, phoneDigest } = verification
    const { e164, country } = route
    const number = numberInLogs({ e164, country, type: trail?.type }, digests)
    const outcome = await provider.check(attempt.reference, code)
    const phoneNumber = outcome.outcome === 'approved' ? provenNumber(outcome.phoneNumber, route) : undefined
    const confirmed = phoneNumber !== undefined && digestsOf(phoneDigest, phoneNumber, digests) !== undefined
    if (outcome.outcome === 'approved' && !confirmed) observe({ event: 'mismatch', sitekey, ...number })
    const proof =
      phoneNumber === undefined ? '' : sealProof({ phoneNumber, verifiedAt }, request.verificationId, deps)
    const said = settlement(outcome, attempt, confirmed, proof)
    const outdated = endsSooner(outcome, verification) && (await isResending(id, store))
    const after = await settled(id, attempt, outdated ? ofGuessAlone(said) : said)
    // What follows is for later visitors: if the store fails now, this one still gets the answer about the code.
    if (WITHOUT_GUESS.includes(outcome.outcome)) await guess.refund().catch(() => {})
    if (WRONG.includes(outcome.outcome)) await guard.disproven(site, route).catch(() => {})
    // The lease is void: the answer came too late to count, whatever it was.
    const mismatch = outcome.outcome === 'approved' && !confirmed
    const told = !after ? 'late' : mismatch ? 'mismatch' : outcome.outcome
    observe({ event: 'checked', sitekey, ...number, outcome: told })
    if (!after) throw new VerificationError('provider_unavailable', { reason: 'provider', done: true })
    if (!confirmed) throw refusal(outcome, after, site)
    // Whatever happens now, the number is proven: if no key may sign any more, the token is fetched later.
    observe({ event: 'verified', sitekey, ...number, channel: after.channel })
    const credited = guard.proven(site, route, startedAt(after, site)).catch(() => {})
    const proven = { phoneNumber, verifiedAt }
    const [approved] = await Promise.all([approve(deps, site, after, proven, verifiedAt), credited])
    return approved
  }

  /** Settles the attempt as surely as can be. @returns the verification, or `undefined` when that came too late */
  function settled(id: string, { lease }: Attempt, as: Settlement): Promise<Verification | undefined> {
    return insist(async (again) => {
      const after = await store.settleAttempt(id, lease, as)
      if (after || !again) return after
      // The lease is void, or an earlier answer was lost: the proof, of which there is only one, shows whether this check proved
      // the number. Any other code has cost its attempt either way.
      const found = await store.get(id)
      return as.as !== 'verified' || found?.proof === as.proof ? found : undefined
    }, sleep)
  }
}

/** The number that the provider names, in its one form: most often the one asked for, which is in it. */
function provenNumber(named: string, { e164 }: Route): string | undefined {
  return named === e164 ? e164 : canonicalNumber(named)
}

function settlement(
  outcome: CheckOutcome,
  { reference }: Attempt,
  confirmed: boolean,
  proof: string,
): Settlement {
  switch (outcome.outcome) {
    case 'approved':
      return confirmed ? { as: 'verified', proof } : { as: 'unknown' }
    case 'incorrect':
      return { as: 'incorrect', cap: outcome.attemptsRemaining, reference }
    case 'throttled':
    case 'unavailable':
      return { as: 'unasked' }
    case 'expired':
    case 'exhausted':
      return { as: outcome.outcome, reference }
    default:
      return { as: outcome.outcome }
  }
}

/** Whether the provider accepts fewer codes than the attempts left before this one, which need not hold for a newer reference. */
function endsSooner(outcome: CheckOutcome, { attemptsRemaining }: Verification): boolean {
  if (outcome.outcome !== 'incorrect') return outcome.outcome === 'expired' || outcome.outcome === 'exhausted'
  return outcome.attemptsRemaining !== undefined && outcome.attemptsRemaining < attemptsRemaining - 1
}

function refusal(
  outcome: CheckOutcome,
  { state, attemptsRemaining }: Verification,
  { checkInterval }: Site,
): VerificationError {
  switch (outcome.outcome) {
    case 'incorrect':
      if (state === 'exhausted') return endedError('exhausted', { done: true })
      return new VerificationError('code_incorrect', { attemptsRemaining, done: true })
    case 'expired':
      if (state === 'exhausted') return endedError('exhausted', { done: true })
      if (state !== 'sent') return endedError('expired', { done: true })
      // The code has another reference by now, or soon will: after waiting for that, the visitor may enter the same code.
      return new VerificationError('check_in_progress', { retryAfter: checkInterval, attemptsRemaining })
    case 'exhausted':
      if (state !== 'sent') return endedError('exhausted', { done: true })
      // This was said of an older reference.
      break
    case 'throttled':
      return new VerificationError('rate_limited', {
        reason: 'provider_limit',
        retryAfter: outcome.retryAfter,
        attemptsRemaining,
      })
    case 'unavailable':
      return new VerificationError('provider_unavailable', {
        reason: 'provider',
        retryAfter: PROVIDER_RETRY,
        attemptsRemaining,
      })
    default:
  }
  return new VerificationError('provider_unavailable', { reason: 'provider', attemptsRemaining, done: true })
}
