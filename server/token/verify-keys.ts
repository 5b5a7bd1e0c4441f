import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import { createLocalJWKSet } from 'jose/jwks/local'
import { createRemoteJWKSet, customFetch, jwksCache, type JWKSCacheInput } from 'jose/jwks/remote'
import { PATHS } from '../../contract/index.js'
import { LOOPBACK_HOSTS } from '../loopback.js'

/** Milliseconds for which fetched keys are believed: a revoked one is refused after that time at the latest. */
const MAX_AGE = 300_000

/** Least milliseconds between two fetches while keys are known, however many made-up key ids arrive. */
const REFETCH_PAUSE = 30_000

/** With no keys loaded, after QUICK_RETRIES failures in a row fetch at most once per RETRY_PAUSE ms. */
const QUICK_RETRIES = 5
const RETRY_PAUSE = 1000

/** Time limit of a fetch in milliseconds, and size limit of its answer in bytes (some three hundred keys). */
const TIMEOUT = 5000
const MAX_BYTES = 65_536

/** Fetches an address as the runtime's own `fetch` does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * The issuer's keys, fetched when a token asks for them. Concurrent callers share one fetch. Setting the clock back does not
 * prolong their validity.
 *
 * @throws TypeError when keys cannot be fetched from the issuer's address.
 */
export function issuerKeys(issuer: string, fetch: Fetch): JWTVerifyGetKey {
  let failures = 0
  let failedAt = -Infinity
  let loadedAt = -Infinity
  const cache: { uat?: number } = {}
  const keys = createRemoteJWKSet(jwksAddress(issuer), {
    cacheMaxAge: MAX_AGE,
    cooldownDuration: REFETCH_PAUSE,
    timeoutDuration: TIMEOUT,
    [jwksCache]: cache as JWKSCacheInput,
    [customFetch]: async (url: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> => {
      // After a fetch that went well jose waits by itself.
      const pause = areFresh() ? REFETCH_PAUSE : failures < QUICK_RETRIES ? 0 : RETRY_PAUSE
      if (Math.abs(Date.now() - failedAt) < pause) throw new Error('Fetching the keys failed a moment ago.')
      try {
        const fetched = await inTime(fetchKeys(fetch, url, init), init.signal)
        failures = 0
        return Response.json(fetched)
      } catch (error) {
        failures++
        failedAt = Date.now()
        throw error
      }
    },
  })

  /** Asks two clocks: jose's can be set back, and the other may stand still while the machine sleeps. */
  function areFresh(): boolean {
    return keys.fresh && Date.now() >= cache.uat! && performance.now() < loadedAt + MAX_AGE
  }

  return async (header, token) => {
    if (!areFresh()) {
      await keys.reload()
      loadedAt = performance.now()
    }
    return keys(header, token)
  }
}

function jwksAddress(issuer: string): URL {
  let base: URL
  try {
    base = new URL(issuer)
  } catch {
    throw new TypeError('createVerifier needs the issuer: the public URL of your otp-verify server.')
  }
  if (typeof issuer !== 'string')
    throw new TypeError('The issuer must be a string: tokens name it letter for letter.')
  if (base.protocol !== 'https:' && !(base.protocol === 'http:' && LOOPBACK_HOSTS.has(base.hostname))) {
    throw new TypeError('The issuer must be an https URL (http only on this machine).')
  }
  // No server names itself like what is refused below: every token would be refused as another issuer's.
  if (issuer.endsWith('/')) throw new TypeError('The issuer has no slash at its end: tokens name it without.')
  const plain = base.origin + base.pathname.replace(/^\/$/, '')
  if (issuer !== plain) throw new TypeError(`No server names itself like this issuer; this one may: ${plain}`)
  return new URL(issuer + PATHS.jwks)
}

async function fetchKeys(fetch: Fetch, url: string, init: RequestInit): Promise<JSONWebKeySet> {
  const response = await fetch(url, init)
  // The caller's own `fetch` may follow redirects whatever its options say.
  if (response.status !== 200 || response.redirected) {
    throw new Error(`The URL of the keys answers ${response.status}, or redirects.`)
  }
  const keys = JSON.parse(await readText(response)) as JSONWebKeySet
  // Throws if it is not a JWK Set, so that it counts as a failure.
  createLocalJWKSet(keys)
  return keys
}

async function readText({ body }: Response): Promise<string> {
  const chunks: AsyncIterable<Uint8Array> | [] = body ?? []
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw new Error(`The keys are longer than ${MAX_BYTES} bytes.`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Settles as the work does, or rejects once the signal is aborted, whether or not the work heeds it. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    work.then(resolve, reject)
  })
}
