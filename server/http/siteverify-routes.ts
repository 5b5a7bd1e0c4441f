import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { PATHS, TOKEN_MAX_LENGTH, type SiteverifyAnswer, type SiteverifyError } from '../../contract/index.js'
import type { Observe } from '../observe/events.js'
import { VerificationError } from '../refusal/verification-error.js'
import { readStrictJson } from '../strict-json.js'
import type { Redeem } from '../token/redeem.js'
import { answer } from './answer.js'
import { atMost, BODY_LIMIT, isCoded } from './body.js'
import type { ClientAddress } from './client-address.js'
import type { AppEnv } from './env.js'
import { toProblem } from './problems.js'

// Turnstile is not documented to refuse unknown members, so neither do we.
const schema = z.object({
  secret: z.string().default(''),
  response: z.string().default(''),
  idempotency_key: z.string().nullable().exactOptional(),
})

/**
 * Redemption for backends, with the contract of Turnstile's siteverify: JSON or form in, `success` in every answer, so that
 * a client of Turnstile's works unmodified.
 *
 * The status is 200. Cloudflare's documentation names none and tells clients to look at `success`; some look at the status
 * before, and would take any other for an outage. Only callers that ask too often get 429 and a problem, which has `success`
 * too.
 */
export function siteverifyRoutes(redeem: Redeem, addressOf: ClientAddress, observe: Observe): Hono<AppEnv> {
  const problemOf = toProblem(observe, refusal('internal-error'))
  return new Hono<AppEnv>()
    .onError((error, c) => {
      const problem = problemOf(error, c)
      const isLimited = error instanceof VerificationError && error.code === 'rate_limited'
      return isLimited ? problem : answer(c, refusal('internal-error'))
    })
    .post(
      PATHS.siteverify,
      atMost(BODY_LIMIT, (c: Context<AppEnv>) => answer(c, refusal('bad-request'))),
      async (c) => {
        const body = schema.safeParse(await readBody(c))
        if (!body.success) return answer(c, refusal('bad-request'))
        if (body.data.response.length > TOKEN_MAX_LENGTH) return answer(c, refusal('invalid-input-response'))
        const { idempotency_key, ...rest } = body.data
        // For an optional member, a client may send an empty field in a form, or null in JSON.
        const request = { ...rest, ...(idempotency_key && { idempotency_key }) }
        return answer(c, await redeem(request, addressOf(c)))
      },
    )
}

function refusal(code: SiteverifyError): SiteverifyAnswer {
  return { success: false, 'error-codes': [code] }
}

/** The body as an object, or `undefined` when it is neither JSON nor a form. */
async function readBody(c: Context<AppEnv>): Promise<unknown> {
  if (isCoded(c)) return undefined
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  try {
    if (type === 'application/json') return readStrictJson(await c.req.text())
    if (type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data') {
      return await c.req.parseBody({ all: true })
    }
  } catch {
    // The caller answers it, in Turnstile's words.
  }
  return undefined
}
