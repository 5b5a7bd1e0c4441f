// A sign-up backend in Node alone. ISSUER, AUDIENCE and PORT come from the environment.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { URLSearchParams } from 'node:url'
import { createVerifier, TokenError } from 'otp-verify/verify'

const { ISSUER, AUDIENCE, PORT } = process.env
const ACTION = 'signup'
const MAX_BODY_BYTES = 16_384
const MAX_SESSIONS = 10_000

// Fetches the issuer's keys, keeps them a few minutes, and asks again for an unknown key at most every 30 seconds.
// The sign-up forgets the nonce it used, so no token is good for two and no replay store is needed.
const verifier = createVerifier({ issuer: ISSUER, audience: AUDIENCE, replayStore: false })

/** Session id to the nonce its next token must carry. Yours is the session store you already have. */
const nonces = new Map()

createServer((request, response) => {
  route(request, response).catch((error) => {
    console.error(error.name)
    answer(response, 500, { error: 'internal_error' })
  })
}).listen(Number(PORT), '127.0.0.1')

async function route(request, response) {
  const session = /(?:^|;\s*)session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  const { pathname } = new URL(request.url, 'http://127.0.0.1')
  if (request.method === 'GET' && pathname === '/') return showForm(response, session)
  if (request.method === 'POST' && pathname === '/signup') return signUp(request, response, session)
  answer(response, 404, { error: 'not_found' })
}

function showForm(response, known) {
  const session = nonces.has(known) ? known : randomBytes(16).toString('base64url')
  if (!nonces.has(session)) nonces.set(session, randomBytes(16).toString('base64url'))
  if (nonces.size > MAX_SESSIONS) nonces.delete(nonces.keys().next().value)
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Set-Cookie': `session=${session}; Path=/; HttpOnly; SameSite=Lax`,
  })
  response.end(`<!doctype html>
<title>Sign up</title>
<script src="${ISSUER}/otp-verify.js" defer></script>
<form method="post" action="/signup">
  <label>Name <input name="name"></label>
  <otp-verify sitekey="${AUDIENCE}" action="${ACTION}" token-nonce="${nonces.get(session)}" required></otp-verify>
  <button>Sign up</button>
</form>`)
}

async function signUp(request, response, session) {
  const form = await readForm(request)
  if (!form) return answer(response, 413, { error: 'payload_too_large' })
  const nonce = nonces.get(session)
  try {
    const claims = await verifier.verify(form.get('otp-verify-response'), {
      // Without a session there is no nonce to expect, and one that nobody has lets no token pass.
      nonce: nonce ?? randomBytes(16).toString('base64url'),
      action: ACTION,
    })
    // Of two requests that bring the same token at once, one still finds the nonce.
    if (nonces.get(session) !== nonce) return answer(response, 403, { error: 'token_used' })
    nonces.delete(session)
    // From the token, never from a field of the form: the visitor can write anything there.
    answer(response, 200, { phoneNumber: claims.phone_number })
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    answer(response, STATUS[error.code] ?? 403, { error: error.code })
  }
}

const STATUS = { token_missing: 400, keys_unavailable: 503 }

async function readForm(request) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > MAX_BODY_BYTES) return undefined
  }
  return new URLSearchParams(body)
}

function answer(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
