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

/** Waits while a body is read. @throws ClientGoneError where that ends because its client has gone */
async function ofClient<T>(c: Context, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof VerificationError || !c.req.raw.signal.aborted) throw error
    throw new ClientGoneError('The client has gone.', { cause: error })
  }
}

/**
 * The length that a body declares and that HTTP itself enforces. Counting bytes instead would need a stream, which costs more
 * than everything else.
 */
function knownLength(c: Context): number | undefined {
  const length = c.req.header('Content-Length') ?? ''
  return /^\d+$/.test(length) && c.req.header('Transfer-Encoding') === undefined ? Number(length) : undefined
}

/** Refuses bodies that have more bytes. @param refuse makes the answer */
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

/** Whether a body has a content coding (is compressed, say); none is accepted. */
export function isCoded(c: Context): boolean {
  const coding = c.req.header('Content-Encoding')?.trim().toLowerCase() ?? ''
  return coding !== '' && coding !== 'identity'
}

/** Lets only JSON bodies of a sane size through. As JSON is required, a foreign page's call needs a preflight. */
export const jsonOnly: MiddlewareHandler = async function requireJson(c, next) {
  if (isCoded(c)) throw new VerificationError('unsupported_media_type')
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new VerificationError('unsupported_media_type')
  return sane(c, strictJson)

  async function strictJson(): Promise<void> {
    const text = await ofClient(c, c.req.text())
    // Callers that bypass HTTP (`app.request()`) may declare any Content-Length.
    if (Buffer.byteLength(text) > BODY_LIMIT) throw new VerificationError('payload_too_large')
    readStrictJson(text)
    await next()
  }
}

/** Checks a JSON body against a schema; one that does not fit gets `invalid_request`, naming the first member that is wrong. */
export function jsonBody<T>(schema: ZodType<T>) {
  return zValidator('json', schema, (result) => {
    if (!result.success)
      throw new VerificationError('invalid_request', { member: misfit(result.error.issues) })
  })
}

/** Member names that are safe to echo to the caller and the log: too short and too simple to be a secret. */
const HARMLESS_NAME = /^[A-Za-z][A-Za-z_]{0,19}$/

/** The name of the member that does not fit; an unknown member is named only where no other is wrong. */
function misfit(issues: readonly z.core.$ZodIssue[]): string | undefined {
  const ours = issues.find(({ path }) => path.length > 0)
  if (ours) return String(ours.path[0])
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  return unknown.find((name) => HARMLESS_NAME.test(name))
}
