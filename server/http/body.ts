import { zValidator } from '@hono/zod-validator'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z, ZodType } from 'zod'
import { VerificationError } from '../refusal/verification-error.js'
import { readStrictJson } from '../strict-json.js'

/** Most bytes a body may have. */
export const BODY_LIMIT = 4096

/** The client went away in the middle of its own request: no failure of ours. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError'
}

/** Waits for what is read of a body. @throws ClientGoneError where that ends because its client has gone */
async function ofClient<T>(c: Context, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof VerificationError || !c.req.raw.signal.aborted) throw error
    throw new ClientGoneError('The client has gone.', { cause: error })
  }
}

/**
 * The length that a body declares and that HTTP itself holds it to. Counting instead makes a stream of it, which costs more
 * than all the rest.
 */
function knownLength(c: Context): number | undefined {
  const length = c.req.header('Content-Length') ?? ''
  return /^\d+$/.test(length) && c.req.header('Transfer-Encoding') === undefined ? Number(length) : undefined
}

/** Lets no body through that has more bytes. @param refuse answers for it */
export function atMost(maxSize: number, refuse: (c: Context) => Response = refuseLarge): MiddlewareHandler {
  const limit = bodyLimit({ maxSize, onError: refuse })
  return async function readAtMost(c, next) {
    const length = knownLength(c)
    if (length !== undefined) return length > maxSize ? refuse(c) : next()
    const counting = limit(c, async () => {})
    return (await ofClient(c, counting)) ?? next()
  }
}

function refuseLarge(): never {
  throw new VerificationError('payload_too_large')
}

const sane = atMost(BODY_LIMIT)

/** Whether a body comes in a coding, compressed say, none of which is taken. */
export function isCoded(c: Context): boolean {
  const coding = c.req.header('Content-Encoding')?.trim().toLowerCase() ?? ''
  return coding !== '' && coding !== 'identity'
}

/** Lets only JSON bodies of a sane size through. Asking for JSON makes a foreign page's call need a preflight. */
export const jsonOnly: MiddlewareHandler = async function requireJson(c, next) {
  if (isCoded(c)) throw new VerificationError('unsupported_media_type')
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new VerificationError('unsupported_media_type')
  return sane(c, strictJson)

  async function strictJson(): Promise<void> {
    const text = await ofClient(c, c.req.text())
    // Who calls without HTTP may say any length.
    if (Buffer.byteLength(text) > BODY_LIMIT) throw new VerificationError('payload_too_large')
    readStrictJson(text)
    await next()
  }
}

/** Checks a JSON body against a schema; whatever does not fit is one `invalid_request` that names the first such member. */
export function jsonBody<T>(schema: ZodType<T>) {
  return zValidator('json', schema, (result) => {
    if (!result.success)
      throw new VerificationError('invalid_request', { member: misfit(result.error.issues) })
  })
}

/** What a member may be called that is repeated to its caller and to the log: too short, and of too little, for a secret. */
const HARMLESS_NAME = /^[A-Za-z][A-Za-z_]{0,19}$/

/** The name of the member that does not fit; of one that nobody asked for only where no other is wrong. */
function misfit(issues: readonly z.core.$ZodIssue[]): string | undefined {
  const ours = issues.find(({ path }) => path.length > 0)
  if (ours) return String(ours.path[0])
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  return unknown.find((name) => HARMLESS_NAME.test(name))
}
