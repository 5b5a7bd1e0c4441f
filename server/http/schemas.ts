import { z } from 'zod'
import {
  CHANNELS,
  IDEMPOTENCY_KEY_PATTERN,
  PATTERNS,
  PHONE_NUMBER_MAX_LENGTH,
  type ChallengeRequest,
  type CheckRequest,
  type ResendRequest,
  type StartRequest,
  type StatusRequest,
  type TokenRequest,
} from '../../contract/index.js'

/** Longest ticket (a JWT), in characters. */
const TICKET_LENGTH = 2048

// A malformed handle is answered like an unknown one, so only its length is checked here.
const verificationId = z.string().min(1).max(128)

// Longer numbers are refused as numbers, not as requests: the visitor gets a sentence about the number.
const phoneNumber = z.string().max(PHONE_NUMBER_MAX_LENGTH * 8)

const channel = z.enum(CHANNELS).exactOptional()

// Tokens of hCaptcha have no documented length: the body's own limit has to do.
const challenge = z.string().exactOptional()

/** Body of a start; unknown members are refused. */
export const startSchema = z.strictObject({
  sitekey: z.string().regex(PATTERNS.sitekey),
  phoneNumber,
  channel,
  language: z.string().regex(PATTERNS.language).exactOptional(),
  action: z.string().regex(PATTERNS.action).exactOptional(),
  cdata: z.string().regex(PATTERNS.cdata).exactOptional(),
  nonce: z.string().regex(PATTERNS.nonce).exactOptional(),
  ticket: z.string().max(TICKET_LENGTH).exactOptional(),
  challenge,
  supersedes: verificationId.exactOptional(),
}) satisfies z.ZodType<StartRequest, unknown>

/** Body of a resend; unknown members are refused. */
export const resendSchema = z.strictObject({
  verificationId,
  channel,
  challenge,
}) satisfies z.ZodType<ResendRequest, unknown>

/** Body of a check; unknown members are refused. The flow checks the code's shape. */
export const checkSchema = z.strictObject({
  verificationId,
  code: z.string().max(64),
}) satisfies z.ZodType<CheckRequest, unknown>

/** Body of a status call; unknown members are refused. */
export const statusSchema = z.strictObject({ verificationId }) satisfies z.ZodType<StatusRequest, unknown>

/** Body of a call for a fresh token; unknown members are refused. */
export const tokenSchema = z.strictObject({ verificationId }) satisfies z.ZodType<TokenRequest, unknown>

/** Body of a call for a challenge; unknown members are refused. */
export const challengeSchema = z.strictObject({
  sitekey: z.string().regex(PATTERNS.sitekey),
  phoneNumber: phoneNumber.exactOptional(),
  action: z.string().regex(PATTERNS.action).exactOptional(),
}) satisfies z.ZodType<ChallengeRequest, unknown>

/** The Idempotency-Key header, where there is one. */
export const idempotencyKeySchema = z.string().regex(IDEMPOTENCY_KEY_PATTERN).optional()
