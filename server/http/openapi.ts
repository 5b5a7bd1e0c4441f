import { z } from 'zod'
import {
  CHANNELS,
  IDEMPOTENCY_HEADER,
  IDEMPOTENCY_KEY_PATTERN,
  KEY_PROOF_HEADER,
  KEY_PROOF_MAX_LENGTH,
  KEY_PROOF_PATTERN,
  PATHS,
  SITEVERIFY_ERRORS,
  VERIFICATION_STATES,
  type ProblemCode,
} from '../../contract/index.js'
import { ANSWER_TTL } from '../verification/idempotency.js'
import { object, problems, problemSchema, resendHeaders } from './openapi-responses.js'
import {
  challengeSchema,
  checkSchema,
  resendSchema,
  startSchema,
  statusSchema,
  tokenSchema,
} from './schemas.js'

/** Problems that any POST can end in. */
const COMMON: ProblemCode[] = [
  'invalid_request',
  'unsupported_media_type',
  'payload_too_large',
  'origin_not_allowed',
  'rate_limited',
  'service_unavailable',
  'internal_error',
]

const isoTime = { type: 'string', format: 'date-time' }
const channel = { type: 'string', enum: CHANNELS }
const pending = {
  verificationId: { type: 'string' },
  channel,
  codeLength: { type: 'integer' },
  expiresAt: isoTime,
  attemptsRemaining: { type: 'integer' },
  resend: object({
    availableAt: { type: ['string', 'null'], format: 'date-time' },
    remaining: { type: 'integer' },
    channels: { type: 'array', items: channel },
  }),
}
const state = { type: 'string', enum: VERIFICATION_STATES }

const approved = { token: { type: 'string' }, expiresAt: isoTime, phoneNumber: { type: 'string' } }

const altcha = object({ parameters: { type: 'object' }, signature: { type: 'string' } })
const hosted = {
  type: 'object',
  required: ['type', 'sitekey'],
  properties: {
    type: { type: 'string', enum: ['turnstile', 'hcaptcha'] },
    sitekey: { type: 'string' },
    cdata: { type: 'string' },
  },
}

/** Calls that take effect once, however often they are retried under one key. */
const IDEMPOTENT: readonly string[] = [PATHS.start, PATHS.resend, PATHS.check]

/** Calls whose answers also say in their headers when the code may be sent again. */
const QUOTING: readonly string[] = [PATHS.start, PATHS.resend, PATHS.status]

const CALLS = [
  {
    path: PATHS.start,
    summary: 'Send a first code.',
    body: startSchema,
    status: 201,
    answer: object(pending),
    problems: [
      'unknown_site',
      'ticket_invalid',
      'invalid_phone_number',
      'phone_type_not_allowed',
      'country_not_allowed',
      'challenge_required',
      'challenge_failed',
      'cannot_send',
      'delivery_failed',
      'provider_unavailable',
      // The message went out so late that its code had expired.
      'verification_not_found',
    ],
  },
  {
    path: PATHS.resend,
    summary: 'Send the same code again.',
    body: resendSchema,
    status: 200,
    answer: object(pending),
    problems: [
      'country_not_allowed',
      'verification_not_found',
      'verification_expired',
      'already_verified',
      'attempts_exhausted',
      'resend_too_soon',
      'resends_exhausted',
      'challenge_required',
      'challenge_failed',
      'cannot_send',
      'delivery_failed',
      'provider_unavailable',
    ],
  },
  {
    path: PATHS.check,
    summary: 'Check a code; the right one yields the signed token.',
    body: checkSchema,
    status: 200,
    answer: object(approved),
    problems: [
      'verification_not_found',
      'verification_expired',
      'already_verified',
      'attempts_exhausted',
      'invalid_code',
      'code_incorrect',
      'check_in_progress',
      'provider_unavailable',
    ],
  },
  {
    path: PATHS.status,
    summary: 'Report the state of a verification.',
    body: statusSchema,
    status: 200,
    answer: object({ state, ...pending }),
    problems: ['verification_not_found'],
  },
  {
    path: PATHS.token,
    summary: 'Issue a fresh token for a number proven up to half an hour ago and not redeemed yet.',
    body: tokenSchema,
    status: 200,
    answer: object(approved),
    problems: ['verification_not_found', 'verification_expired', 'already_verified'],
  },
  {
    path: PATHS.challenges,
    summary: 'Get the challenge to solve after a start was refused with `challenge_required`.',
    body: challengeSchema,
    status: 200,
    answer: { oneOf: [altcha, hosted] },
    problems: ['unknown_site', 'invalid_phone_number', 'phone_type_not_allowed', 'country_not_allowed'],
  },
] as const satisfies readonly { problems: readonly ProblemCode[]; [member: string]: unknown }[]

/**
 * The API in OpenAPI 3.1, its request bodies taken from the schemas that check them. Left out are the widget's script and
 * languages, which pages load by a tag, and the delivery reports, whose form the messaging service decides.
 */
export function openApiDocument(publicUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'otp-verify',
      version: '1',
      description: 'Proves that a visitor controls a phone number.',
    },
    servers: [{ url: publicUrl }],
    paths: {
      ...Object.fromEntries(CALLS.map((call) => [call.path, { post: operation(call) }])),
      [`${PATHS.sites}/{sitekey}`]: {
        get: {
          summary: 'What a page needs to know about its site.',
          parameters: [{ name: 'sitekey', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: { description: 'The configuration.' }, ...problems(['unknown_site']) },
        },
      },
      [`${PATHS.sites}/{sitekey}${PATHS.numberingPlans}/{callingCode}`]: {
        get: {
          summary: 'How the numbers of one of its countries are written, and which of them it sends to.',
          parameters: ['sitekey', 'callingCode'].map((name) => ({
            ...{ name, in: 'path', required: true, schema: { type: 'string' } },
          })),
          responses: {
            200: { description: 'The plan.' },
            ...problems(['unknown_site', 'country_not_allowed']),
          },
        },
      },
      [PATHS.siteverify]: { post: siteverifyOperation() },
      [PATHS.jwks]: {
        get: { summary: 'The keys that verify tokens.', responses: { 200: { description: 'A JWK Set.' } } },
      },
      [PATHS.integrity]: { get: integrityOperation() },
    },
    components: { schemas: { Problem: problemSchema() } },
  }
}

const idempotency = {
  name: IDEMPOTENCY_HEADER,
  in: 'header',
  description: `For ${ANSWER_TTL / 60_000} minutes the same key gets the first answer again, and nothing is done twice.`,
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
}
const keyProof = {
  name: KEY_PROOF_HEADER,
  in: 'header',
  description: 'Proof of the page’s key (RFC 9449), if the site’s configuration has `senderConstraint`.',
  schema: { type: 'string', pattern: KEY_PROOF_PATTERN.source, maxLength: KEY_PROOF_MAX_LENGTH },
}

function parametersOf(path: string) {
  if (path === PATHS.challenges) return []
  return IDEMPOTENT.includes(path) ? [idempotency, keyProof] : [keyProof]
}

function operation({ summary, body, status, answer, problems: codes, path }: (typeof CALLS)[number]) {
  return {
    summary,
    parameters: parametersOf(path),
    requestBody: { required: true, content: { 'application/json': { schema: z.toJSONSchema(body) } } },
    responses: {
      [status]: {
        description: 'Done.',
        ...(QUOTING.includes(path) && { headers: resendHeaders }),
        content: { 'application/json': { schema: answer } },
      },
      ...problems([...COMMON, ...codes]),
    },
  }
}

function siteverifyOperation() {
  const text = { type: 'string' }
  const body = { secret: text, response: text, remoteip: text, idempotency_key: { ...text, format: 'uuid' } }
  const schema = { type: 'object', required: ['secret', 'response'], properties: body }
  const errorCodes = { type: 'array', items: { type: 'string', enum: SITEVERIFY_ERRORS } }
  const told = [
    'challenge_ts',
    'hostname',
    'action',
    'cdata',
    'phone_number',
    'country',
    'channel',
    'nonce',
    'token_id',
  ]
  const answer = {
    type: 'object',
    required: ['success', 'error-codes'],
    properties: {
      success: { type: 'boolean' },
      'error-codes': errorCodes,
      ...Object.fromEntries(told.map((name) => [name, text])),
    },
  }
  return {
    summary:
      'Redeem a token, once; for backends only. The same contract as Turnstile, answered with status 200 unless there are too many requests.',
    requestBody: {
      required: true,
      content: { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } },
    },
    responses: {
      200: { description: 'Done or refused.', content: { 'application/json': { schema: answer } } },
      ...problems(['rate_limited']),
    },
  }
}

function integrityOperation() {
  const text = { type: 'string' }
  const schema = object({ version: text, files: { type: 'object', additionalProperties: text } })
  return {
    summary:
      "Subresource Integrity hashes of the widget's script, by its URL paths, the immutable one first; if the server has the script.",
    responses: { 200: { description: 'The hashes.', content: { 'application/json': { schema } } } },
  }
}
