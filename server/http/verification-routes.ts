import { Hono, type Context } from 'hono'
import { IDEMPOTENCY_HEADER, KEY_PROOF_HEADER, PATHS } from '../../contract/index.js'
import type { Sites } from '../site.js'
import type { Caller, VerificationFlow } from '../verification/flow.js'
import { VerificationError } from '../verification/verification-error.js'
import type { Gate } from './at-once.js'
import { jsonBody, jsonOnly } from './body.js'
import { refuseStrangers } from './cross-origin.js'
import type { AppEnv } from './env.js'
import {
  checkSchema,
  idempotencyKeySchema,
  resendSchema,
  startSchema,
  statusSchema,
  tokenSchema,
} from './schemas.js'

/** Routes read the request, call the flow, and write the answer. They decide nothing. */
export function verificationRoutes(flow: VerificationFlow, sites: Sites, gate: Gate): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  for (const path of [PATHS.start, PATHS.resend, PATHS.check, PATHS.status, PATHS.token]) {
    app.post(path, refuseStrangers(sites), ...jsonOnly, (_, next) => gate(next))
  }
  return app
    .post(PATHS.start, jsonBody(startSchema), async (c) =>
      c.json(await flow.start(c.req.valid('json'), callerOf(c)), 201),
    )
    .post(PATHS.resend, jsonBody(resendSchema), async (c) =>
      c.json(await flow.resend(c.req.valid('json'), callerOf(c))),
    )
    .post(PATHS.check, jsonBody(checkSchema), async (c) =>
      c.json(await flow.check(c.req.valid('json'), callerOf(c))),
    )
    .post(PATHS.status, jsonBody(statusSchema), async (c) =>
      c.json(await flow.status(c.req.valid('json'), callerOf(c))),
    )
    .post(PATHS.token, jsonBody(tokenSchema), async (c) =>
      c.json(await flow.token(c.req.valid('json'), callerOf(c))),
    )
}

function callerOf(c: Context<AppEnv>): Caller {
  const key = idempotencyKeySchema.safeParse(c.req.header(IDEMPOTENCY_HEADER))
  if (!key.success) throw new VerificationError('invalid_request')
  return {
    origin: c.req.header('Origin')!,
    requestId: c.get('requestId'),
    idempotencyKey: key.data,
    keyProof: c.req.header(KEY_PROOF_HEADER),
  }
}
