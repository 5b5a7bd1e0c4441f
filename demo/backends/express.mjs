// A sign-up backend with Express 5. ISSUER, AUDIENCE and PORT come from the environment.
import { randomBytes } from 'node:crypto'
import express from 'express'
import { createVerifier, TokenError } from 'otp-verify/verify'

const { ISSUER, AUDIENCE, PORT } = process.env
const ACTION = 'signup'
const MAX_BODY_BYTES = 16_384
const MAX_SESSIONS = 10_000
const STATUS = { token_missing: 400, keys_unavailable: 503 }

// Fetches the issuer's keys, keeps them a few minutes, and asks again for an unknown key at most every 30 seconds.
// The sign-up forgets the nonce it used, so no token is good for two and no replay store is needed.
const verifier = createVerifier({ issuer: ISSUER, audience: AUDIENCE, replayStore: false })

/** Session id to the nonce its next token must carry. Yours is the session store you already have. */
const nonces = new Map()

const app = express().disable('x-powered-by')

app.use((_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
})

app.get('/', (request, response) => {
  const known = sessionOf(request)
  const session = nonces.has(known) ? known : randomBytes(16).toString('base64url')
  if (!nonces.has(session)) nonces.set(session, randomBytes(16).toString('base64url'))
  if (nonces.size > MAX_SESSIONS) nonces.delete(nonces.keys().next().value)
  response.cookie('session', session, { path: '/', httpOnly: true, sameSite: 'lax' })
  response.send(`<!doctype html>
<title>Sign up</title>
<script src="${ISSUER}/otp-verify.js" defer></script>
<form method="post" action="/signup">
  <label>Name <input name="name"></label>
  <otp-verify sitekey="${AUDIENCE}" action="${ACTION}" token-nonce="${nonces.get(session)}" required></otp-verify>
  <button>Sign up</button>
</form>`)
})

const form = express.urlencoded({ extended: false, limit: MAX_BODY_BYTES })

app.post('/signup', form, async (request, response) => {
  const session = sessionOf(request)
  const nonce = nonces.get(session)
  // What is no form has no body here.
  const claims = await verifier.verify(request.body?.['otp-verify-response'], {
    // Without a session there is no nonce to expect, and one that nobody has lets no token pass.
    nonce: nonce ?? randomBytes(16).toString('base64url'),
    action: ACTION,
  })
  // Of two requests that bring the same token at once, one still finds the nonce.
  if (nonces.get(session) !== nonce) return response.status(403).json({ error: 'token_used' })
  nonces.delete(session)
  // From the token, never from a field of the form: the visitor can write anything there.
  response.json({ phoneNumber: claims.phone_number })
})

app.use((error, _request, response, next) => {
  // An answer that has begun can only be cut off.
  if (response.headersSent) return next(error)
  if (error instanceof TokenError)
    return response.status(STATUS[error.code] ?? 403).json({ error: error.code })
  // What Express says of a form that it cannot read: too large, for example.
  if (error.status < 500) return response.status(error.status).json({ error: 'form_refused' })
  console.error(error.name)
  response.status(500).json({ error: 'internal_error' })
})

app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error
})

function sessionOf(request) {
  return /(?:^|;\s*)session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
}
