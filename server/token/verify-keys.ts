import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import { createLocalJWKSet } from 'jose/jwks/local'
import { createRemoteJWKSet, customFetch, jwksCache, type JWKSCacheInput } from 'jose/jwks/remote'
import { PATHS } from '../../contract/index.js'
import { LOOPBACK_HOSTS } from '../loopback.js'

/** Milliseconds for which fetched keys are believed: a revoked one is refused after that at the latest. */
const MAX_AGE = 300_000

/** Least milliseconds between two fetches while the keys are known: whoever makes up key ids causes no more. */
const REFETCH_PAUSE = 30_000

/** While no keys are known, failures in a row after which a fetch is tried once in so many milliseconds. */
const QUICK_RETRIES = 5
const RETRY_PAUSE = 1000

/** What a fetch may take, in milliseconds, and bring, in bytes: some three hundred keys. */
const TIMEOUT = 5000
const MAX_BYTES = 65_536

/** Fetches an address as the runtime's own `fetch` does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * The issuer's keys, fetched when a token asks for them. Callers that ask at once share one fetch. None is
 * believed for longer because the clock was set back.
 *
 * @throws TypeError when the issuer is no address to fetch keys from.
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

  /** Asks two clocks: the one that jose goes by can be set back, and the other may stand still while the machine sleeps. */
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
  // No server names itself as what follows, and every token would be refused as another's.
  if (issuer.endsWith('/')) throw new TypeError('The issuer has no slash at its end: tokens name it without.')
  const plain = base.origin + base.pathname.replace(/^\/$/, '')
  if (issuer !== plain) throw new TypeError(`No server names itself like this issuer; this one may: ${plain}`)
  return new URL(issuer + PATHS.jwks)
}

async function fetchKeys(fetch: Fetch, url: string, init: RequestInit): Promise<JSONWebKeySet> {
  const response = await fetch(url, init)
  // A fetch of the caller's own may have followed a redirect, whatever it was told.
  if (response.status !== 200 || response.redirected) {
    throw new Error(`The URL of the keys answers ${response.status}, or redirects.`)
  }
  const keys = JSON.parse(await readText(response)) as JSONWebKeySet
  // Throws for what is no JWK Set, so that it counts as a failure.
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
