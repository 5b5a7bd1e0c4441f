import type { Context, ErrorHandler, MiddlewareHandler, NotFoundHandler } from 'hono'
import {
  PATHS,
  PROBLEM_MEDIA_TYPE,
  PROBLEM_STATUS,
  type Problem,
  type ProblemCode,
} from '../../contract/index.js'
import { nameOf } from '../observe/error-name.js'
import type { Observe } from '../observe/events.js'
import { loggableOrigin } from '../observe/foreign-origins.js'
import { PROBLEM_TITLE } from '../refusal/problem-titles.js'
import { VerificationError } from '../refusal/verification-error.js'
import { StoreError } from '../store/store.js'
import { SigningKeysError } from '../token/key-set.js'
import { answer } from './answer.js'
import { ClientGoneError, isCoded } from './body.js'
import type { AppEnv } from './env.js'
import { resendLimit } from './resend-limit.js'

/** Seconds to wait when the store is away, or no key may sign. */
const STORE_RETRY = 5

const OPERATIONS = Object.entries(PATHS)

/** Calls whose address continues with what they are about, the longest first. */
const LONGER = ['numberingPlans', 'sites', 'locales'] as const

/**
 * Where the errors of visitors' calls become answers; siteverify, delivery reports and the admin listener answer some of their
 * own. A problem has its code and nothing about how it came about; an unexpected error becomes `internal_error` and reveals
 * nothing.
 *
 * @param beside further members of the answer to a refusal (RFC 9457, 3.2).
 */
export function toProblem(observe: Observe, beside: object = {}): ErrorHandler<AppEnv> {
  return function toAnswer(error, c) {
    const requestId = c.get('requestId')
    const operation = operationOf(c)
    if (error instanceof VerificationError) {
      observe({ event: 'refused', operation, code: error.code, requestId, ...error.whom })
      const origin = c.req.header('Origin')
      const { sitekey, reason, member } = error.whom
      const { quota, retryAfter, attemptsRemaining } = error
      // Without an Origin header no page is waiting for the answer; and the page of a form may well be listed.
      if (error.code === 'origin_not_allowed' && reason === undefined && origin !== undefined) {
        observe({ event: 'foreign-origin', call: 'post', sitekey, origin: loggableOrigin(origin) })
      }
      return problemOf(c, error.code, {
        retryAfter,
        attemptsRemaining,
        member,
        beside,
        headers: {
          ...(quota && resendLimit(quota, quota.remaining, retryAfter)),
          // Its absence means that the type is to blame (RFC 9110, 12.5.3).
          ...(error.code === 'unsupported_media_type' && isCoded(c) && { 'Accept-Encoding': 'identity' }),
        },
      })
    }
    if (error instanceof ClientGoneError) return problemOf(c, 'invalid_request')
    observe({ event: 'failure', operation, requestId, error: nameOf(error) })
    if (error instanceof StoreError || error instanceof SigningKeysError)
      return problemOf(c, 'service_unavailable', { retryAfter: STORE_RETRY })
    return problemOf(c, 'internal_error')
  }
}

/** Turns anything else that was thrown into an error: Hono passes only errors to its handler, and would not answer. */
export const errorsOnly: MiddlewareHandler<AppEnv> = async function makeErrors(_, next) {
  try {
    await next()
  } catch (thrown) {
    throw new TypeError('No error was thrown.', { cause: thrown })
  }
}

/**
 * Answers unknown paths (404) and wrong methods (405); neither has a problem code, since our clients never make such requests.
 */
export function notFound(methodsOf: (path: string) => readonly string[]): NotFoundHandler<AppEnv> {
  return function noRoute(c) {
    const methods = methodsOf(c.req.path)
    // A route for many files may not have one of that name.
    if (methods.length === 0 || methods.includes(c.req.method))
      return problemOf(c, 'invalid_request', { status: 404, title: 'There is nothing here.' })
    const headers = { Allow: methods.join(', ') }
    return problemOf(c, 'invalid_request', {
      status: 405,
      title: 'This endpoint does not accept this method.',
      headers,
    })
  }
}

/** Refuses a call that came over plain HTTP, and reports it: it may only be the operator's proxy that is wrong. */
export function refusePlainHttp(observe: Observe): (c: Context<AppEnv>) => Response {
  return function refuse(c) {
    const [code, requestId] = ['invalid_request', c.get('requestId')] as const
    observe({ event: 'refused', operation: operationOf(c), code, requestId, reason: 'plain_http' })
    return problemOf(c, code, { status: 403, title: 'This endpoint accepts HTTPS only.' })
  }
}

interface ProblemDetails extends Partial<Pick<Problem, 'status' | 'title'>> {
  retryAfter?: number | undefined
  attemptsRemaining?: number | undefined
  member?: string | undefined
  beside?: object
  headers?: Readonly<Record<string, string>> | undefined
}

function problemOf(c: Context<AppEnv>, code: ProblemCode, details: ProblemDetails = {}): Response {
  const {
    retryAfter,
    attemptsRemaining,
    member,
    status = PROBLEM_STATUS[code],
    title = PROBLEM_TITLE[code],
    beside,
    headers,
  } = details
  const problem: Problem = {
    type: `urn:otp-verify:problem:${code}`,
    title,
    status,
    code,
    requestId: c.get('requestId'),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(attemptsRemaining !== undefined && { attemptsRemaining }),
    ...(member !== undefined && { member }),
  }
  return answer(
    c,
    { ...problem, ...beside },
    {
      status,
      headers: {
        'Content-Type': `${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
        ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
        ...headers,
      },
    },
  )
}

/** The call's name. Our paths hold no handles, but a stranger may ask for any path: only our own names reach a log. */
export function operationOf(c: Context<AppEnv>): string {
  const { path } = c.req
  const [named] = OPERATIONS.find(([, known]) => path.endsWith(known)) ?? []
  return named ?? LONGER.find((name) => path.includes(`${PATHS[name]}/`)) ?? 'other'
}
