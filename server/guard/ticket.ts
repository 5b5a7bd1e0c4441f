import { createHmac } from 'node:crypto'
import { jwtVerify } from 'jose'
import type { StartRequest } from '../../contract/index.js'
import type { RandomBytes } from '../random.js'
import type { Site } from '../site.js'
import type { Store } from '../store/store.js'
import { VerificationError } from '../verification/verification-error.js'
import { voucher, type Voucher } from './voucher.js'

/** The `typ` header of a start ticket; a token or any other JWT cannot pass for one (RFC 8725, 3.11). */
export const TICKET_TYPE = 'otp-start+jwt'

/** Longest life of a ticket, in seconds. */
export const TICKET_MAX_LIFETIME = 120

/**
 * Reads the start ticket of a request: a JWT that the host's backend signed with the site secret (HS256) for one
 * visitor's session. Claims: `sid` (the host's session), `exp` at most 120 s ahead, and, where the host wants them
 * fixed, `phone` (E.164), `action`, `nonce`.
 *
 * @param e164 the number asked for, in E.164.
 * @returns `undefined` when there is none and the site does not ask for one.
 * @throws VerificationError `ticket_invalid`
 */
export async function readTicket(
  site: Site,
  request: StartRequest,
  e164: string,
  deps: { store: Store; random: RandomBytes },
): Promise<Voucher | undefined> {
  const { ticket } = request
  if (ticket === undefined) {
    if (site.requireTicket) throw new VerificationError('ticket_invalid')
    return undefined
  }
  const now = await deps.store.recent()
  const { payload, secret } = await verified(ticket, site, now)
  const { sid, exp, phone, action, nonce } = payload
  const fits =
    typeof sid === 'string' &&
    sid.length > 0 &&
    exp! * 1000 - now <= TICKET_MAX_LIFETIME * 1000 &&
    (phone === undefined || phone === e164) &&
    (action === undefined || action === request.action) &&
    (nonce === undefined || nonce === request.nonce)
  if (!fits) throw new VerificationError('ticket_invalid')
  // What is signed names the ticket: the signature's own encoding has spare bits that anyone could flip. It may hold a
  // number, so nobody who reads the store shall find it by trying.
  const signed = createHmac('sha256', secret)
    .update(ticket.slice(0, ticket.lastIndexOf('.')))
    .digest('base64url')
  const key = `ticket:${site.sitekey}:${signed}`
  return voucher({ key, keep: TICKET_MAX_LIFETIME * 1000, refusal: 'ticket_invalid' }, deps)
}

async function verified(ticket: string, site: Site, now: number) {
  for (const secret of site.secrets) {
    try {
      const { payload } = await jwtVerify(ticket, new TextEncoder().encode(secret), {
        algorithms: ['HS256'],
        typ: TICKET_TYPE,
        requiredClaims: ['sid', 'exp'],
        currentDate: new Date(now),
      })
      return { payload, secret }
    } catch {
      // The site may be rotating its secret: the other one decides.
    }
  }
  throw new VerificationError('ticket_invalid')
}
