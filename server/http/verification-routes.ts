import { Hono, type Context } from 'hono'
import type { ZodType } from 'zod'
import { IDEMPOTENCY_HEADER, KEY_PROOF_HEADER, PATHS } from '../../contract/index.js'
import type { IssueChallenge } from '../challenge/issuing.js'
import type { Caller, VerificationFlow } from '../verification/flow.js'
import { VerificationError } from '../verification/verification-error.js'
import { answer, type AnswerDetails } from './answer.js'
import type { Gate } from './at-once.js'
import { jsonBody, jsonOnly } from './body.js'
import type { ClientAddress } from './client-address.js'
import { refuseStrangers } from './cross-origin.js'
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

  function callerOf(c: Context<AppEnv>): Caller {
    const key = idempotencyKeySchema.safeParse(c.req.header(IDEMPOTENCY_HEADER))
    if (!key.success) throw new VerificationError('invalid_request')
    return {
      origin: c.req.header('Origin')!,
      address: addressOf(c),
      idempotencyKey: key.data,
      keyProof: c.req.header(KEY_PROOF_HEADER),
    }
  }

  function post<T>(
    path: string,
    schema: ZodType<T>,
    call: (request: T, caller: Caller) => Promise<object>,
    details?: AnswerDetails,
  ): void {
    app.post(
      path,
      refuseStrangers,
      jsonOnly,
      (_, next) => gate(next),
      jsonBody(schema),
      async (c) => answer(c, await call(c.req.valid('json'), callerOf(c)), details),
    )
  }

  post(PATHS.start, startSchema, (request, caller) => flow.start(request, caller), { status: 201 })
  post(PATHS.resend, resendSchema, (request, caller) => flow.resend(request, caller))
  post(PATHS.check, checkSchema, (request, caller) => flow.check(request, caller))
  post(PATHS.status, statusSchema, (request, caller) => flow.status(request, caller))
  post(PATHS.token, tokenSchema, (request, caller) => flow.token(request, caller))
  post(PATHS.challenges, challengeSchema, issueChallenge)
  return app
}
