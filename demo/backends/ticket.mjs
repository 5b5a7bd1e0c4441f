// Signs a start ticket with jose, and prints it. OTP_SITE_SECRET, SESSION, NONCE and ACTION come from the environment.
import { createHash, createSecretKey, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'

const { OTP_SITE_SECRET, SESSION, NONCE, ACTION } = process.env
const SECRET = createSecretKey(OTP_SITE_SECRET, 'utf8')

console.log(await signTicket(SESSION, NONCE))

/** A ticket for one start of a session; the nonce is the one that its token must carry. */
function signTicket(session, nonce) {
  // Without a nonce in it, a ticket would be good for a start with any.
  if (typeof session !== 'string' || session === '' || typeof nonce !== 'string' || nonce === '')
    throw new TypeError('A ticket needs the id of a session, and its nonce.')
  // Scripts of the page can read a ticket, and are not to learn the session's id from it.
  const sid = createHash('sha256').update(session).digest('hex')
  // Without the jti two of the same second would be one ticket, and that is good for one start.
  return new SignJWT({ sid, nonce, action: ACTION, jti: randomUUID() })
    .setProtectedHeader({ alg: 'HS256', typ: 'otp-start+jwt' })
    .setExpirationTime('90s')
    .sign(SECRET)
}
