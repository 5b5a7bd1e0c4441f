import { Hono, type Context } from 'hono'
import type { ZodType } from 'zod'
import {
  IDEMPOTENCY_HEADER,
  KEY_PROOF_HEADER,
  PATHS,
  type VerificationPending,
} from '../../contract/index.js'
import type { IssueChallenge } from '../challenge/issuing.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Caller, VerificationFlow } from '../verification/flow.js'
import type { Quoted } from '../verification/pending.js'
import { answer } from './answer.js'
import type { Gate } from './at-once.js'
import { jsonBody, jsonOnly } from './body.js'
import type { ClientAddress } from './client-address.js'
import { refuseStrangers } from './cross-origin.js'
import type { AppEnv } from './env.js'
import { resendLimit } from './resend-limit.js'
import {
  challengeSchema,
  checkSchema,
  idempotencyKeySchema,
  resendSchema,
  startSchema,
  statusSchema,
  tokenSchema,
} from './schemas.js'

/** An answer that may have been recorded by an earlier version, which kept nothing but its body. */
type MaybeQuoted = VerificationPending & Partial<Quoted<VerificationPending>>

/** What the routes need besides the calls that they make. */
export interface RoutesDeps {
  gate: Gate
  addressOf: ClientAddress
  /** Milliseconds since 1970, by the clock of every decision. */
  now: () => Promise<number>
}

/** Routes read the request, call the flow, and write the answer. They decide nothing. */
export function verificationRoutes(
  flow: VerificationFlow,
  issueChallenge: IssueChallenge,
  { gate, addressOf, now }: RoutesDeps,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  function callerOf(c: Context<AppEnv>): Caller {
    const key = idempotencyKeySchema.safeParse(c.req.header(IDEMPOTENCY_HEADER))
    if (!key.success) throw new VerificationError('invalid_request', { member: IDEMPOTENCY_HEADER })
    return {
      origin: c.req.header('Origin')!,
      address: addressOf(c),
      idempotencyKey: key.data,
      keyProof: c.req.header(KEY_PROOF_HEADER),
    }
  }

  function post<T, A extends object>(
    path: string,
    schema: ZodType<T>,
    call: (request: T, caller: Caller) => Promise<A>,
    write: (c: Context<AppEnv>, told: A) => Response | Promise<Response> = (c, told) => answer(c, told),
  ): void {
    app.post(
      path,
      refuseStrangers,
      jsonOnly,
      (_, next) => gate(next),
      jsonBody(schema),
      async (c) => write(c, await call(c.req.valid('json'), callerOf(c))),
    )
  }

  /** Writes an answer about a verification whose headers also say when the code may be sent again. */
  function quoting(status: number) {
    return async function writeQuoted(
      c: Context<AppEnv>,
      { quota, ...told }: MaybeQuoted,
    ): Promise<Response> {
      if (!quota) return answer(c, told, { status })
      const { availableAt, remaining } = told.resend
      // The call has had its effect, even if the time cannot be read now.
      const time = await now().catch(() => undefined)
      if (time === undefined) return answer(c, told, { status })
      const wait = availableAt === null ? undefined : Math.max(0, Date.parse(availableAt) - time)
      const headers = resendLimit(quota, remaining, wait && Math.ceil(wait / 1000))
      return answer(c, told, { status, headers })
    }
  }

  post(PATHS.start, startSchema, (request, caller) => flow.start(request, caller), quoting(201))
  post(PATHS.resend, resendSchema, (request, caller) => flow.resend(request, caller), quoting(200))
  post(PATHS.check, checkSchema, (request, caller) => flow.check(request, caller))
  post(PATHS.status, statusSchema, (request, caller) => flow.status(request, caller), quoting(200))
  post(PATHS.token, tokenSchema, (request, caller) => flow.token(request, caller))
  post(PATHS.challenges, challengeSchema, issueChallenge)
  return app
}
