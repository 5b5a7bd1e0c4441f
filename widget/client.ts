import {
  IDEMPOTENCY_HEADER,
  KEY_PROOF_HEADER,
  PATHS,
  type ChallengeRequest,
  type CheckRequest,
  type IssuedChallenge,
  type ResendRequest,
  type SiteConfig,
  type StartRequest,
  type StatusRequest,
  type TokenRequest,
  type VerificationApproved,
  type VerificationPending,
  type VerificationStatus,
} from '../contract/index.js'
import {
  readApproved,
  readChallenge,
  readFailure,
  readNumbering,
  readPending,
  readSite,
  readStatus,
} from './answers.js'
import { isOpen, OtpError } from './failure.js'
import { makeKey, type Prove } from './key-proof.js'
import type { Numbering } from './numbering.js'
import { randomKey } from './random-key.js'

/** What a client needs; everything but the server's address has the page's own as default. */
export interface ClientOptions {
  /** The server's public URL, with any path; in a page also a path of its own origin, `/api/otp`. */
  server: string
  fetch?: typeof fetch
  /** Milliseconds since 1970. */
  now?: () => number
  sleep?: (milliseconds: number) => Promise<void>
}

/**
 * The server's calls. Each returns a checked answer or throws an `OtpError`. Lost calls are not retried once `stop` is aborted.
 */
export interface Client {
  /** Comes before the first start: it says whether the other calls have to prove that they come from this client. */
  site(sitekey: string): Promise<SiteConfig>
  /** How the numbers behind a calling code (without `+`) of the site are written. */
  numbering(sitekey: string, callingCode: string): Promise<Numbering>
  start(body: StartRequest, stop?: AbortSignal): Promise<VerificationPending>
  resend(body: ResendRequest, stop?: AbortSignal): Promise<VerificationPending>
  check(body: CheckRequest, stop?: AbortSignal): Promise<VerificationApproved>
  /** What to solve where a start or a resend was refused with `challenge_required`. */
  challenge(body: ChallengeRequest): Promise<IssuedChallenge>
  status(body: StatusRequest): Promise<VerificationStatus>
  token(body: TokenRequest): Promise<VerificationApproved>
  /** The server's clock according to its last answer, in milliseconds since 1970, to within two seconds. */
  now(): number
}

/** Milliseconds after which an unanswered request counts as lost; longer than the server waits for its provider. */
const REQUEST_TIMEOUT = 25_000

/** Milliseconds by which clocks may differ before that is corrected. */
const SKEW_TOLERANCE = 2000

/** How often a lost request is repeated under the same key; one whose time was over is not. */
const RETRIES = 2

/** Milliseconds before the first repetition; doubled before the second. */
const BACK_OFF = 400

/** Longest pause, in seconds, that a check waits out by itself before it is repeated. */
const PACED_CHECK = 5

/** How often one check may be paced. */
const PACED_CHECKS = 3

// Taken when the script loads, so that a later replacement by the page never sees a code.
const pageFetch: typeof fetch | undefined = globalThis.fetch?.bind(globalThis)

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** Milliseconds by which the visitor's clock must have been wrong to explain why a start was refused. */
const PROOF_SKEW = 60_000

interface Call {
  method?: 'POST'
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal | undefined
}

interface Answer {
  ok: boolean
  status: number
  retryAfter: string | null
  body: unknown
}

/**
 * Milliseconds by which the visitor's clock is behind the server's. The Date header is up to a second old and the
 * answer travels: a small difference says nothing, and correcting it would make a minute begin at 1:01.
 */
function skewOf(difference: number): number {
  return Math.abs(difference) > SKEW_TOLERANCE ? difference : 0
}

/**
 * Talks to one server. A lost answer, or one that leaves the outcome open, is asked for again under the same key, so no
 * intent is ever carried out twice.
 */
export function createClient({
  server,
  fetch = pageFetch!,
  now = Date.now,
  sleep = pause,
}: ClientOptions): Client {
  let skew = 0
  /** Keys of the intents whose outcome is not known yet: another try means the same message. */
  const unanswered = new Map<string, string>()
  /** Whether the site wants proof that calls come from this client, and how to prove it. */
  let constrained = false
  let prove: Promise<Prove> | undefined

  async function proof(url: string): Promise<Record<string, string>> {
    try {
      prove ??= makeKey()
      return { [KEY_PROOF_HEADER]: await (await prove)(url, now() + skew) }
    } catch {
      throw new OtpError('internal_error')
    }
  }

  async function exchange(path: string, init: Call): Promise<Answer> {
    const url = server + path
    for (let attempt = 0; ; attempt++) {
      if (init.signal?.aborted) throw new OtpError('network_error')
      const proven = init.method && constrained ? await proof(url) : {}
      try {
        const response = await fetch(url, {
          ...init,
          headers: { ...init.headers, ...proven },
          credentials: 'omit',
          redirect: 'error',
          signal: AbortSignal.timeout(REQUEST_TIMEOUT),
        })
        const { ok, status, headers } = response
        const body = parseJson(await response.text())
        const date = Date.parse(headers.get('Date') ?? '')
        // A site's configuration may come from the browser's cache, with the date of its first delivery.
        if (init.method && date) skew = skewOf(date - now())
        return { ok, status, retryAfter: headers.get('Retry-After'), body }
      } catch (error) {
        // After waiting that long, the visitor may do something else before it is tried again.
        if (attempt === RETRIES || (error as Error).name === 'TimeoutError')
          throw new OtpError('network_error')
        await sleep(BACK_OFF * 2 ** attempt)
      }
    }
  }

  async function call<T>(path: string, init: Call, read: (body: unknown) => T | undefined): Promise<T> {
    const { ok, status, retryAfter, body } = await exchange(path, init)
    const answer = ok ? read(body) : undefined
    if (!answer) throw readFailure(status, retryAfter, body)
    return answer
  }

  function post<T>(
    path: string,
    body: object,
    read: (body: unknown) => T | undefined,
    { key, signal }: { key?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const headers = { 'Content-Type': 'application/json', ...(key ? { [IDEMPOTENCY_HEADER]: key } : {}) }
    return call(path, { method: 'POST', headers, body: JSON.stringify(body), signal }, read)
  }

  async function postOnce<T>(
    path: string,
    body: object,
    read: (body: unknown) => T | undefined,
    signal?: AbortSignal,
  ): Promise<T> {
    const intent = path + JSON.stringify(body)
    const key = unanswered.get(intent) ?? randomKey()
    unanswered.set(intent, key)
    for (let paced = 0; ; paced++) {
      const before = skew
      try {
        const answer = await post(path, body, read, { key, signal })
        unanswered.delete(intent)
        return answer
      } catch (error) {
        const { code, retryAfter = Number.NaN } = error as OtpError
        // The proof was of another time; the answer has put the clock right.
        if (constrained && code === 'invalid_request' && Math.abs(skew - before) > PROOF_SKEW) continue
        const early = path === PATHS.check && (code === 'rate_limited' || code === 'check_in_progress')
        if (!early || !(retryAfter <= PACED_CHECK) || paced === PACED_CHECKS) {
          if (!isOpen(code)) unanswered.delete(intent)
          throw error
        }
        await sleep(retryAfter * 1000)
      }
    }
  }

  return {
    async site(sitekey) {
      const site = await call(siteUrl(sitekey), {}, readSite)
      constrained = site.senderConstraint === true
      return site
    },
    numbering: (sitekey, callingCode) =>
      call(`${siteUrl(sitekey)}${PATHS.numberingPlans}/${callingCode}`, {}, (plan) =>
        readNumbering(plan, callingCode),
      ),
    start: (body, stop) => postOnce(PATHS.start, body, readPending, stop),
    resend: (body, stop) => postOnce(PATHS.resend, body, readPending, stop),
    check: (body, stop) => postOnce(PATHS.check, body, readApproved, stop),
    challenge: (body) => post(PATHS.challenges, body, readChallenge),
    status: (body) => post(PATHS.status, body, readStatus),
    token: (body) => post(PATHS.token, body, readApproved),
    now: () => now() + skew,
  }
}

const siteUrl = (sitekey: string) => `${PATHS.sites}/${encodeURIComponent(sitekey)}`

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
