import { PROBLEM_CODES, PROBLEM_MEDIA_TYPE, PROBLEM_STATUS, type ProblemCode } from '../../contract/index.js'
import { RESEND_LIMIT_FIELDS } from './resend-limit.js'

/** Headers of an answer that says when the code may be sent again. */
export const resendHeaders = Object.fromEntries(
  RESEND_LIMIT_FIELDS.map((name) => [
    name,
    {
      description: 'The resends of the verification (draft-ietf-httpapi-ratelimit-headers-11).',
      schema: { type: 'string' },
    },
  ]),
)

/** One response per status, naming the codes that it may carry. */
export function problems(codes: readonly ProblemCode[]) {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes)
    byStatus.set(PROBLEM_STATUS[code], [...(byStatus.get(PROBLEM_STATUS[code]) ?? []), code])
  const schema = { $ref: '#/components/schemas/Problem' }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.join(', '),
        ...(names.includes('resend_too_soon') && { headers: resendHeaders }),
        content: { [PROBLEM_MEDIA_TYPE]: { schema } },
      },
    ]),
  )
}

/** The form of every problem. */
export function problemSchema() {
  const { retryAfter, attemptsRemaining, member, ...always } = {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: PROBLEM_CODES },
    requestId: { type: 'string' },
    retryAfter: { type: 'integer' },
    attemptsRemaining: { type: 'integer' },
    member: { type: 'string' },
  }
  return { ...object(always), properties: { ...always, retryAfter, attemptsRemaining, member } }
}

/** An object that has all these members. */
export function object(properties: Record<string, unknown>) {
  return { type: 'object', required: Object.keys(properties), properties }
}
