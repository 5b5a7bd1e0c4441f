import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.js'

const HSTS = 'Strict-Transport-Security'
const A_YEAR = 'max-age=31536000'

/**
 * Headers of every answer: it is data, never a page; nobody may frame, sniff or keep it. Routes that serve the widget lift the
 * restrictions that would stop a script tag on another site.
 */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  [HSTS]: `${A_YEAR}; includeSubDomains`,
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Frame-Options': 'DENY',
}

/**
 * Leaves subdomains out of HSTS, for a server that is mounted below a path of somebody else's host: it cannot say whether those
 * have HTTPS.
 */
export const ofThisHostOnly: MiddlewareHandler<AppEnv> = async function keepToThisHost(c, next) {
  await next()
  c.res.headers.set(HSTS, A_YEAR)
}

/** Lets pages of every origin read an answer, and use it as a script. */
export const ANY_ORIGIN = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
} as const

/** The header that says an answer is JSON. */
export const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' } as const

/** What an answer has besides the usual. */
export interface AnswerDetails {
  /** @default 200 */
  status?: number
  /** Replace the usual headers of the same name, in the same spelling. */
  headers?: Readonly<Record<string, string>>
}

/**
 * Answers with a text, the bytes of one, or nothing. Made at once with all its headers as a plain object, and not by Hono's
 * context one by one: each of those would be checked, sorted and copied, which takes a noticeable part of a refused call's time.
 */
export function answerText(
  c: Context<AppEnv>,
  text: string | Uint8Array<ArrayBuffer> | null,
  { status = 200, headers }: AnswerDetails,
): Response {
  // Spread, they would be of a class of its own in each answer, which takes Node 20 ten times as long.
  return new Response(text, {
    status,
    headers: Object.assign({}, c.get('crossOrigin') ?? API_HEADERS, headers),
  })
}

/** Answers with JSON. */
export function answer(
  c: Context<AppEnv>,
  value: object,
  { status = 200, headers }: AnswerDetails = {},
): Response {
  return answerText(c, JSON.stringify(value), { status, headers: Object.assign({}, JSON_TYPE, headers) })
}
