import {
  CHANNELS,
  PATTERNS,
  type Channel,
  type IssuedChallenge,
  type NumberingPlan,
  type ProblemCode,
  type SiteConfig,
  type VerificationApproved,
  type VerificationPending,
  type VerificationStatus,
} from '../contract/index.js'
import { isProblem, OtpError } from './failure.js'
import { numberingOf, type Numbering } from './numbering.js'

type Bag = Record<string, unknown>

const STATES: ReadonlySet<unknown> = new Set(['sending', 'sent', 'verified', 'expired', 'exhausted'])

const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null
const isString = (value: unknown) => typeof value === 'string'
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isTime = (value: unknown) => isText(value) && !Number.isNaN(Date.parse(value))
const isChannel = (value: unknown) => CHANNELS.includes(value as Channel)
const isListOf = (value: unknown, test: (item: unknown) => boolean) =>
  Array.isArray(value) && value.every(test)
const isCodeLength = (value: unknown) => isCount(value) && value >= 4 && value <= 12

/** Reads the public configuration of a site; `undefined` when it is anything else. */
export function readSite(value: unknown): SiteConfig | undefined {
  if (!isBag(value) || !isBag(value['callingCodes'])) return undefined
  const codes = value['callingCodes']
  const fits =
    isCodeLength(value['codeLength']) &&
    isListOf(value['channels'], isChannel) &&
    isListOf(value['countries'], (country) => isText(country) && /^\d{1,4}$/.test(String(codes[country]))) &&
    (value['initialCountry'] === null || isText(value['initialCountry']))
  return fits ? (value as unknown as SiteConfig) : undefined
}

/** Reads the numbering plan of a calling code; `undefined` when it is anything else. */
export function readNumbering(value: unknown, callingCode: string): Numbering | undefined {
  if (!isBag(value)) return undefined
  const fits =
    ['trunk', 'transform', 'allowed', 'refused'].every((name) => isString(value[name])) &&
    isString(value['served'] ?? '') &&
    isListOf(value['formats'], (format) => isListOf(format, isString) && (format as unknown[]).length === 4)
  try {
    return fits ? numberingOf(value as unknown as NumberingPlan, callingCode) : undefined
  } catch {
    // A pattern that this browser does not understand.
    return undefined
  }
}

/** Reads the answer to a start or a resend; `undefined` when it is anything else. */
export function readPending(value: unknown): VerificationPending | undefined {
  if (!isBag(value) || !isBag(value['resend'])) return undefined
  const { availableAt, remaining, channels } = value['resend']
  const fits =
    isText(value['verificationId']) &&
    PATTERNS.verificationId.test(value['verificationId']) &&
    isChannel(value['channel']) &&
    isCodeLength(value['codeLength']) &&
    isTime(value['expiresAt']) &&
    isCount(value['attemptsRemaining']) &&
    (availableAt === null || isTime(availableAt)) &&
    isCount(remaining) &&
    isListOf(channels, isChannel)
  return fits ? (value as unknown as VerificationPending) : undefined
}

/** Reads the answer to a status call; `undefined` when it is anything else. */
export function readStatus(value: unknown): VerificationStatus | undefined {
  const pending = readPending(value)
  return pending && STATES.has((value as Bag)['state']) ? (pending as VerificationStatus) : undefined
}

/** Reads the answer to the right code; `undefined` when it is anything else. The token itself is not verified here. */
export function readApproved(value: unknown): VerificationApproved | undefined {
  const fits =
    isBag(value) && isText(value['token']) && isTime(value['expiresAt']) && isText(value['phoneNumber'])
  return fits ? (value as unknown as VerificationApproved) : undefined
}

/** Most iterations of one try, and most bytes: more than any server of ours asks for, but not enough to occupy a phone. */
const CHALLENGE_LIMITS = { cost: 100_000, keyLength: 64, bytes: 64 }

/** Reads a challenge; `undefined` when it is anything else, or asks for more work in one try than a page may be given. */
export function readChallenge(value: unknown): IssuedChallenge | undefined {
  if (!isBag(value)) return undefined
  const { type, sitekey, cdata, parameters, signature } = value
  const fits =
    type === 'turnstile' || type === 'hcaptcha'
      ? isText(sitekey) && (cdata === undefined || (isText(cdata) && PATTERNS.cdata.test(cdata)))
      : isText(signature) && isBag(parameters) && isBearable(parameters)
  return fits ? (value as unknown as IssuedChallenge) : undefined
}

function isBearable({ algorithm, nonce, salt, cost, keyLength, keyPrefix }: Bag): boolean {
  const { cost: mostCost, keyLength: longestKey, bytes } = CHALLENGE_LIMITS
  const isHex = (text: unknown) => isText(text) && /^([\da-f]{2})+$/.test(text) && text.length <= bytes * 2
  const isWithin = (count: unknown, most: number) => isCount(count) && count >= 1 && count <= most
  return (
    algorithm === 'PBKDF2/SHA-256' &&
    [nonce, salt].every(isHex) &&
    isWithin(cost, mostCost) &&
    isWithin(keyLength, longestKey) &&
    isText(keyPrefix) &&
    /^[\da-f]+$/.test(keyPrefix) &&
    keyPrefix.length <= (keyLength as number) * 2
  )
}

/**
 * Names the failure of an answer.
 *
 * A proxy's HTML page, an empty or a truncated body becomes the stable code that its status suggests.
 */
export function readFailure(status: number, retryAfterHeader: string | null, body: unknown): OtpError {
  const problem = isBag(body) ? body : {}
  const { code, attemptsRemaining, requestId } = problem
  const known = isProblem(code)
  const retryAfter = problem['retryAfter'] ?? Number(retryAfterHeader ?? Number.NaN)
  return new OtpError(known ? code : codeForStatus(status), {
    ...(isCount(retryAfter) ? { retryAfter } : {}),
    ...(known && isCount(attemptsRemaining) ? { attemptsRemaining } : {}),
    ...(known && isText(requestId) ? { requestId } : {}),
  })
}

function codeForStatus(status: number): ProblemCode {
  if (status === 429) return 'rate_limited'
  // A success that we cannot read is the server's mistake; anything else comes from something in between.
  return status < 400 ? 'internal_error' : 'service_unavailable'
}
