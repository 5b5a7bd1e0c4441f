import { Hono, type Context } from 'hono'
import { IDEMPOTENCY_HEADER, KEY_PROOF_HEADER, PATHS } from '../../contract/index.js'
import type { IssueChallenge } from '../challenge/issuing.js'
import type { Caller, VerificationFlow } from '../verification/flow.js'
import { VerificationError } from '../verification/verification-error.js'
import { answer } from './answer.js'
import type { Gate } from './at-once.js'
import { jsonBody, jsonOnly } from './body.js'
import { refuseStrangers } from './cross-origin.js'
import type { ClientAddress } from './client-address.js'
import type { AppEnv } from './env.js'
import {
  challengeSchema,
  checkSchema,
  idempotencyKeySchema,
  resendSchema,
  startSchema,
  statusSchema,
  tokenSchema,
} from './schemas.js'

/** Routes read the request, call the flow, and write the answer. They decide nothing. */
export function verificationRoutes(
  flow: VerificationFlow,
  issueChallenge: IssueChallenge,
  { gate, addressOf }: { gate: Gate; addressOf: ClientAddress },
): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  const { start, resend, check, status, token, challenges } = PATHS
  for (const path of [start, resend, check, status, token, challenges]) {
    app.post(path, refuseStrangers, ...jsonOnly, (_, next) => gate(next))
  }
  function callerOf(c: Context<AppEnv>): Caller {
    const key = idempotencyKeySchema.safeParse(c.req.header(IDEMPOTENCY_HEADER))
    if (!key.success) throw new VerificationError('invalid_request')
    return {
      origin: c.req.header('Origin')!,
      requestId: c.get('requestId'),
      address: addressOf(c),
      idempotencyKey: key.data,
      keyProof: c.req.header(KEY_PROOF_HEADER),
    }
  }

  return app
    .post(PATHS.start, jsonBody(startSchema), async (c) =>
      answer(c, await flow.start(c.req.valid('json'), callerOf(c)), { status: 201 }),
    )
    .post(PATHS.resend, jsonBody(resendSchema), async (c) =>
      answer(c, await flow.resend(c.req.valid('json'), callerOf(c))),
    )
    .post(PATHS.check, jsonBody(checkSchema), async (c) =>
      answer(c, await flow.check(c.req.valid('json'), callerOf(c))),
    )
    .post(PATHS.status, jsonBody(statusSchema), async (c) =>
      answer(c, await flow.status(c.req.valid('json'), callerOf(c))),
    )
    .post(PATHS.token, jsonBody(tokenSchema), async (c) =>
      answer(c, await flow.token(c.req.valid('json'), callerOf(c))),
    )
    .post(PATHS.challenges, jsonBody(challengeSchema), async (c) =>
      answer(c, await issueChallenge(c.req.valid('json'), callerOf(c))),
    )
}
