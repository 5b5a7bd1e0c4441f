import { IDEMPOTENCY_HEADER } from '../../contract/index.js'
import { underEach, type Digests } from '../pepper/digests.js'
import { seal, unseal } from '../pepper/seal.js'
import type { RandomBytes } from '../random.js'
import { VerificationError } from '../refusal/verification-error.js'
import { insist, onceBack, type Sleep } from '../store/insist.js'
import type { Store } from '../store/store.js'
import { UntouchedError } from '../store/untouched.js'
import type { Caller, VerificationFlow } from './flow.js'
import { CALL_PATIENCE } from './patience.js'

/** Milliseconds for which a retry finds the first answer. */
export const ANSWER_TTL = 5 * 60_000

/** Milliseconds between two looks at a call that is still under way, and how often to look. */
const POLL = { interval: 100, times: 150 }

/** Most retries that may wait at once for the call of their key: each takes a place among all calls in work. */
const MOST_WAITING = 9

/** A call that this process makes, or waits for. */
interface UnderWay {
  /** Its request under one pepper. */
  fingerprint: string
  answer: Promise<unknown>
  waiting: number
}

/** What a retry is answered with. `request` tells whether it is a retry at all. */
interface Recorded {
  request: string
  result?: unknown
  problem?: Pick<VerificationError, 'code' | 'attemptsRemaining'>
}

/** What the decorator needs beside the flow. */
export interface IdempotencyDeps {
  store: Store
  digests: Digests
  random: RandomBytes
  sleep: Sleep
}

/**
 * Gives the same answer to the same `Idempotency-Key`, and never a second message, a second attempt or a second token.
 *
 * Answers are sealed under a key that only the caller's Idempotency-Key opens: the store learns neither handle nor token.
 * Only what had an effect, or was answered by the provider for good, is kept: a call that ended before anything happened,
 * refused or for want of the store, may be made again under its key.
 *
 * Retries that come meanwhile get the result of the call, whatever it is: otherwise one after the other would make it again.
 */
export function idempotent(flow: VerificationFlow, deps: IdempotencyDeps): VerificationFlow {
  const underWay = new Map<string, UnderWay>()
  const all = () => ({ underWay, ...deps })
  return {
    start: (request, caller) => once('start', request, caller, () => flow.start(request, caller), all()),
    resend: (request, caller) => once('resend', request, caller, () => flow.resend(request, caller), all()),
    check: (request, caller) => once('check', request, caller, () => flow.check(request, caller), all()),
    status: (request, caller) => flow.status(request, caller),
    token: (request, caller) => flow.token(request, caller),
  }
}

async function once<T>(
  operation: string,
  request: object,
  { origin, idempotencyKey, keyThumbprint, proof }: Caller,
  call: () => Promise<T>,
  { store, digests, random, sleep, underWay }: IdempotencyDeps & { underWay: Map<string, UnderWay> },
): Promise<T> {
  if (idempotencyKey === undefined) return call()
  const each = underEach(digests)
  // In one order whichever pepper comes first, so that servers that differ in that agree on which call came first.
  const keys = each.map((one) => one.digest('call', operation, origin, idempotencyKey)).sort()
  const holder = Buffer.from(random(12)).toString('base64url')
  const sealKeys = each.map((one) => one.key('call', idempotencyKey))
  // A retry comes from the same page.
  const members = Object.entries({ ...request, ...(keyThumbprint && { keyThumbprint }) }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const fingerprints = each.map((one) => one.digest('call', JSON.stringify(members)))

  const name = keys[0]!
  const fingerprint = fingerprints[0]!
  let isFirst = false
  const former = underWay.get(name)
  if (former) return heard(join(former))
  const mine = { fingerprint, answer: answered(), waiting: 0 }
  underWay.set(name, mine)
  return heard(mine.answer.finally(() => underWay.delete(name)))

  /** The answer. A retry that only gets it uses up its proof too, so that a recorded proof gets it only once. */
  async function heard(answer: Promise<T>): Promise<T> {
    await answer.catch((error: unknown) => {
      if (!(error instanceof VerificationError && error.done)) throw error
    })
    if (!isFirst) await proof?.spendOn(name)
    return answer
  }

  async function join(call: UnderWay): Promise<T> {
    if (call.fingerprint !== fingerprint) throw ofAnotherBody()
    if (call.waiting >= MOST_WAITING) throw new VerificationError('service_unavailable', { retryAfter: 1 })
    call.waiting++
    return call.answer as Promise<T>
  }

  async function answered(): Promise<T> {
    for (let looks = 0; looks < POLL.times; looks++) {
      const begun = await begin()
      isFirst = begun === 'begun'
      if (begun === 'begun') return record()
      if (begun !== 'running') return replay(JSON.parse(unseal(begun.answer, sealKeys)) as Recorded)
      await sleep(POLL.interval)
    }
    throw new VerificationError('service_unavailable', { retryAfter: 1 })
  }

  async function begin(): ReturnType<Store['begin']> {
    for (const [n, key] of keys.entries()) {
      const begun = await store.begin(key, holder, CALL_PATIENCE).catch((error: unknown) => {
        if (n > 0) void onceBack(store, () => forget(keys.slice(0, n)), sleep)
        throw error
      })
      if (begun === 'begun') continue
      for (const taken of keys.slice(0, n)) await store.abandon(taken, holder)
      return begun
    }
    return 'begun'
  }

  async function record(): Promise<T> {
    try {
      const result = await call()
      await keep({ request: fingerprint, result })
      return result
    } catch (error) {
      if (error instanceof UntouchedError) void forgetOnceBack(error)
      else if (!(error instanceof VerificationError)) {
        // It is unknown how far the call came: for a while it must not be made again.
      } else if (error.done) {
        const { code, attemptsRemaining } = error
        await keep({ request: fingerprint, problem: { code, attemptsRemaining } })
      } else await forget(keys).catch(() => {})
      throw error
    }
  }

  async function keep(recorded: Recorded): Promise<void> {
    const answer = seal(JSON.stringify(recorded), sealKeys[0]!, random)
    const completed = async () => {
      for (const key of keys) await store.complete(key, holder, answer, ANSWER_TTL)
    }
    // The call has had its effect: its caller does not wait any longer so that a retry finds the answer.
    await completed().catch(() => void insist(completed, sleep).catch(() => {}))
  }

  /** Not before the call's charges are refunded: its retry would otherwise be refused because of them. */
  async function forgetOnceBack({ givenBack }: UntouchedError): Promise<void> {
    await givenBack
    await onceBack(store, () => forget(keys), sleep)
  }

  /** Only what this call holds: by now its keys may be another's. */
  async function forget(held: readonly string[]): Promise<void> {
    for (const key of held) await store.abandon(key, holder)
  }

  function replay({ request: first, result, problem }: Recorded): T {
    if (!fingerprints.includes(first)) throw ofAnotherBody()
    if (problem) throw new VerificationError(problem.code, { ...problem, done: true })
    return result as T
  }
}

/** A key that came with another body before. */
function ofAnotherBody(): VerificationError {
  return new VerificationError('invalid_request', { member: IDEMPOTENCY_HEADER })
}
