/** What a server answers, made for tests. Does nothing by itself. */
import type {
  NumberingPlan,
  SiteConfig,
  VerificationApproved,
  VerificationPending,
} from '../../contract/index.js'

/** A handle as the server makes them. */
export const HANDLE = 'h'.repeat(46)

/** An answer, or the loss of it. */
export type Reply =
  { status?: number; json?: unknown; text?: string; headers?: Record<string, string> } | 'lost'

/** A refusal as the server words it. */
export function problem(status: number, code: string, more: object = {}): Reply {
  const json = { type: `urn:otp-verify:problem:${code}`, title: 't', status, code, requestId: 'r', ...more }
  return { status, json, headers: { 'Content-Type': 'application/problem+json' } }
}

/** A site's configuration. */
export function site(changes: Partial<SiteConfig> = {}): SiteConfig {
  return {
    sitekey: 'shop',
    codeLength: 6,
    channels: ['sms', 'voice'],
    countries: ['US', 'HR', 'CA', 'GB'],
    callingCodes: { US: '1', HR: '385', CA: '1', GB: '44' },
    initialCountry: 'HR',
    resend: { cooldowns: [30, 60] },
    challenge: 'none',
    ...changes,
  }
}

/** What a site says that serves more countries than are found at a glance. */
export function manyCountries(): Pick<SiteConfig, 'countries' | 'callingCodes'> {
  const callingCodes = {
    ...{ US: '1', CA: '1', HR: '385', GB: '44', DE: '49', AT: '43', CH: '41', CI: '225' },
    ...{ AX: '358', FI: '358', SA: '966', ZA: '27', SE: '46', UA: '380' },
  }
  return { countries: Object.keys(callingCodes), callingCodes }
}

/** The plan of a country whose mobile numbers begin with 9 and are written like 091 234 5678. */
export function plan(changes: Partial<NumberingPlan> = {}): NumberingPlan {
  return {
    trunk: '0',
    transform: '',
    allowed: String.raw`9\d{7,8}`,
    refused: String.raw`[1-5]\d{7}|60\d{4,6}`,
    formats: [[String.raw`(\d{2})(\d{3})(\d{3,4})`, '$1 $2 $3', '9', '0$1']],
    ...changes,
  }
}

/** The answer to a start, as of `now`. */
export function pending(now: number, changes: Partial<VerificationPending> = {}): VerificationPending {
  return {
    verificationId: HANDLE,
    channel: 'sms',
    codeLength: 6,
    expiresAt: new Date(now + 300_000).toISOString(),
    attemptsRemaining: 5,
    resend: { availableAt: new Date(now + 30_000).toISOString(), remaining: 2, channels: ['sms', 'voice'] },
    ...changes,
  }
}

/** The answer to the right code, as of `now`. */
export function approved(now: number, changes: Partial<VerificationApproved> = {}): VerificationApproved {
  const expiresAt = new Date(now + 240_000).toISOString()
  return { token: 'header.claims.signature', expiresAt, phoneNumber: '+385912345667', ...changes }
}
