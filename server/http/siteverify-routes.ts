import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { StoreError } from '../store/store.js'
import type { Redeem } from '../token/redeem.js'
import { BODY_LIMIT } from './body.js'
import type { AppEnv } from './env.js'
import { readStrictJson } from './json-body.js'

// Turnstile does not say that it refuses members it does not know, so neither do we.
const schema = z.object({
  secret: z.string().default(''),
  response: z.string().default(''),
  idempotency_key: z.string().exactOptional(),
})

const BAD_REQUEST: SiteverifyAnswer = { success: false, 'error-codes': ['bad-request'] }
const INTERNAL_ERROR: SiteverifyAnswer = { success: false, 'error-codes': ['internal-error'] }

/**
 * Redemption for backends, with the contract of Turnstile's siteverify: JSON or form in, always status 200 out, and
 * `success` in every answer. It never speaks in problems, so that a client of Turnstile's works unmodified.
 */
export function siteverifyRoutes(redeem: Redeem): Hono<AppEnv> {
  return new Hono<AppEnv>().post(
    PATHS.siteverify,
    bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => c.json(BAD_REQUEST) }),
    async (c) => {
      const body = schema.safeParse(await readBody(c))
      if (!body.success) return c.json(BAD_REQUEST)
      try {
        return c.json(await redeem(body.data))
      } catch (error) {
        if (error instanceof StoreError) return c.json(INTERNAL_ERROR)
        throw error
      }
    },
  )
}

/** The body as an object, or `undefined` when it is neither JSON nor a form. */
async function readBody(c: Context<AppEnv>): Promise<unknown> {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  try {
    if (type === 'application/json') return readStrictJson(await c.req.text())
    if (type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data') {
      return await c.req.parseBody({ all: true })
    }
  } catch {
    // Answered by the caller, in Turnstile's words.
  }
  return undefined
}
