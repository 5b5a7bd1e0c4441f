import { createHmac, timingSafeEqual } from 'node:crypto'
import { jwtVerify } from 'jose'
import type { StartRequest } from '../../contract/index.js'
import { canonicalNumber } from '../phone-number/phone-number.js'
import type { RandomBytes } from '../random.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import type { Store } from '../store/store.js'
import { canonicalAddress, networkOf } from './network.js'
import { unused, type Voucher } from './voucher.js'

/** The `typ` header of a start ticket; a token or any other JWT cannot pass for one (RFC 8725, 3.11). */
export const TICKET_TYPE = 'otp-start+jwt'

/** Longest life of a ticket, in seconds. */
const TICKET_MAX_LIFETIME = 120

/** Seconds by which the time from which a ticket is valid (`nbf`) may be ahead, because the two clocks differ. */
const CLOCK_TOLERANCE = 30

/**
 * Milliseconds for which a used ticket is remembered: a minute longer than it lives, since the time by which it is judged may be
 * behind.
 */
const MEMORY = (TICKET_MAX_LIFETIME + 60) * 1000

/**
 * Reads the start ticket of a request: a JWT that the host's backend signed with the site secret (HS256) for one
 * visitor's session. Claims: `sid` (the host's session), `exp` at most 120 s ahead, and, where the host wants them
 * fixed, `phone` (E.164, also as it was written before a plan changed), `action`, `nonce` and `ip`, the visitor's address or
 * another of the same IPv6 /64.
 *
 * @param e164 the number asked for, in E.164.
 * @param address the visitor's, in its one form, if it is known.
 * @returns `undefined` when there is none and the site does not ask for one.
 * @throws VerificationError `ticket_invalid`, also where it is used up
 */
export async function readTicket(
  site: Site,
  request: StartRequest,
  e164: string,
  address: string | undefined,
  deps: { store: Store; random: RandomBytes },
): Promise<Voucher | undefined> {
  const { ticket } = request
  if (ticket === undefined) {
    if (site.requireTicket) throw new VerificationError('ticket_invalid')
    return undefined
  }
  const signed = signatureOf(ticket, site.secrets)
  if (!signed) throw new VerificationError('ticket_invalid')
  const now = await deps.store.recent()
  const { sid, exp, phone, action, nonce, ip } = await claimsOf(ticket, signed.secret, now)
  const fits =
    typeof sid === 'string' &&
    sid.length > 0 &&
    // Fractions of a second count.
    exp! * 1000 > now &&
    exp! * 1000 - now <= TICKET_MAX_LIFETIME * 1000 &&
    (phone === undefined || (typeof phone === 'string' && canonicalNumber(phone) === e164)) &&
    (action === undefined || action === request.action) &&
    (nonce === undefined || nonce === request.nonce) &&
    (ip === undefined || isFrom(ip, address))
  if (!fits) throw new VerificationError('ticket_invalid')
  // Named by what is signed: the signature's own encoding has spare bits that anyone could flip. What is signed may hold a
  // number, so a reader of the store must not be able to find it by trying.
  const key = `ticket:${site.sitekey}:${signed.signature}`
  return unused({ key, keep: MEMORY, refusal: 'ticket_invalid' }, deps)
}

/** Whether a visitor's address is the one that a ticket names, or belongs to the same customer of a network. */
function isFrom(ip: unknown, address: string | undefined): boolean {
  const named = typeof ip === 'string' ? canonicalAddress(ip) : undefined
  if (named === undefined || address === undefined) return false
  return networkOf(named).address === networkOf(address).address
}

/**
 * The signature of a ticket (HS256: RFC 7518, 3.2) and the secret that it was made with: the site may be rotating it.
 *
 * Checked before anything is parsed: a flood of forged tickets costs a digest each, not the parsing of a JWT.
 */
function signatureOf(ticket: string, secrets: readonly string[]) {
  const end = ticket.lastIndexOf('.')
  const given = Buffer.from(ticket.slice(end + 1), 'base64url')
  for (const secret of secrets) {
    const made = createHmac('sha256', secret).update(ticket.slice(0, end)).digest()
    if (given.length === made.length && timingSafeEqual(given, made)) {
      return { secret, signature: made.toString('base64url') }
    }
  }
  return undefined
}

async function claimsOf(ticket: string, secret: string, now: number) {
  try {
    const { payload } = await jwtVerify(ticket, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      typ: TICKET_TYPE,
      requiredClaims: ['sid', 'exp'],
      currentDate: new Date(now),
      // For `nbf` only: the tolerance does not apply to when the ticket expires.
      clockTolerance: CLOCK_TOLERANCE,
    })
    return payload
  } catch {
    throw new VerificationError('ticket_invalid')
  }
}
