// A sign-up backend with Hono. ISSUER, AUDIENCE and PORT come from the environment.
import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
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

const app = new Hono()

app.use(async (c, next) => {
  await next()
  c.header('Cache-Control', 'no-store')
})

app.get('/', (c) => {
  const known = getCookie(c, 'session')
  const session = nonces.has(known) ? known : randomBytes(16).toString('base64url')
  if (!nonces.has(session)) nonces.set(session, randomBytes(16).toString('base64url'))
  if (nonces.size > MAX_SESSIONS) nonces.delete(nonces.keys().next().value)
  setCookie(c, 'session', session, { path: '/', httpOnly: true, sameSite: 'Lax' })
  return c.html(
    html`<!doctype html>
      <title>Sign up</title>
      <script src="${ISSUER}/otp-verify.js" defer></script>
      <form method="post" action="/signup">
        <label>Name <input name="name" /></label>
        <otp-verify
          sitekey="${AUDIENCE}"
          action="${ACTION}"
          token-nonce="${nonces.get(session)}"
          required
        ></otp-verify>
        <button>Sign up</button>
      </form>`,
  )
})

app.post('/signup', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (c) => {
  const form = await c.req.parseBody()
  const session = getCookie(c, 'session')
  const nonce = nonces.get(session)
  const claims = await verifier.verify(form['otp-verify-response'], {
    // Without a session there is no nonce to expect, and one that nobody has lets no token pass.
    nonce: nonce ?? randomBytes(16).toString('base64url'),
    action: ACTION,
  })
  // Of two requests that bring the same token at once, one still finds the nonce.
  if (nonces.get(session) !== nonce) return c.json({ error: 'token_used' }, 403)
  nonces.delete(session)
  // From the token, never from a field of the form: the visitor can write anything there.
  return c.json({ phoneNumber: claims.phone_number })
})

app.onError((error, c) => {
  if (error instanceof TokenError) return c.json({ error: error.code }, STATUS[error.code] ?? 403)
  // What Hono says of a form that it cannot read: too large, for example.
  if (error instanceof HTTPException) return error.getResponse()
  console.error(error.name)
  return c.json({ error: 'internal_error' }, 500)
})

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) })
