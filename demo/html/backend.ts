import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { TokenError, type TokenClaims, type Verifier } from 'otp-verify/verify'
import { refusalPage, signUpPage, welcomePage, type View } from './pages.js'
import type { Visits } from './visits.js'
import { REFUSAL_OF, type Refusal } from './words.js'

/** What the shop is made of. */
export interface DemoDeps {
  /** Public URL of the otp-verify server, without a trailing slash. */
  server: string
  sitekey: string
  /** Believes the tokens of that server for that site. */
  verifier: Verifier
  visits: Visits
  /** Where the sandbox shows its messages, when there is a sandbox. */
  inbox?: string | undefined
}

const ACTION = 'signup'
const COOKIE = 'visit'
const MAX_BODY_BYTES = 16_384

/**
 * The shop's own backend, as a host of the element would write it: a page with the form, and the address it posts to.
 *
 * It never listens, so that tests can call it without a port.
 */
export function createDemo({ server, sitekey, verifier, visits, inbox }: DemoDeps): Hono {
  return new Hono()
    .use(contentSecurity(new URL(server).origin))
    .get('/shop.css', staticFile('shop.css', 'text/css; charset=utf-8'))
    .get('/shop.svg', staticFile('shop.svg', 'image/svg+xml'))
    .get('/shelf.svg', staticFile('shelf.svg', 'image/svg+xml'))
    .get('/', (c) => {
      const known = getCookie(c, COOKIE)
      const { id, nonce } = visits.open(known)
      if (id !== known) setCookie(c, COOKIE, id, { httpOnly: true, sameSite: 'Lax', path: '/' })
      c.header('Cache-Control', 'no-store')
      return c.html(signUpPage(viewOf(c), { server, sitekey, action: ACTION, nonce, inbox }))
    })
    .post('/signup', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (c) => {
      // What is no form has no token either.
      const form = await c.req.parseBody().catch((): Record<string, unknown> => ({}))
      const outcome = await prove(form['otp-verify-response'], getCookie(c, COOKIE))
      c.header('Cache-Control', 'no-store')
      if ('refusal' in outcome)
        return c.html(refusalPage(viewOf(c), outcome.refusal), statusOf(outcome.refusal))
      const name = typeof form['name'] === 'string' ? form['name'].trim().slice(0, 100) : ''
      return c.html(welcomePage(viewOf(c), name, outcome.phone_number))
    })

  /** The claims of a token that is genuine, meant for this shop, this visit and this form, and used for the first time. */
  async function prove(
    token: unknown,
    cookie: string | undefined,
  ): Promise<TokenClaims | { refusal: Refusal }> {
    const visit = visits.find(cookie)
    try {
      // Without a visit there is no nonce to expect, and one that nobody has lets no token pass.
      const claims = await verifier.verify(token, {
        nonce: visit?.nonce ?? randomBytes(16).toString('base64url'),
        action: ACTION,
      })
      return visit && visits.use(visit) ? claims : { refusal: 'used' }
    } catch (error) {
      if (error instanceof TokenError) return { refusal: REFUSAL_OF[error.code] }
      throw error
    }
  }
}

function statusOf(refusal: Refusal): 400 | 403 | 503 {
  if (refusal === 'missing') return 400
  return refusal === 'undecided' ? 503 : 403
}

function viewOf(c: Context): View {
  const theme = c.req.query('theme')
  return {
    language: c.req.query('lang') === 'ar' ? 'ar' : 'en',
    theme: theme === 'dark' || theme === 'light' ? theme : undefined,
  }
}

/** As strict as a page with the element can be: its script, its calls, its worker, and two policies of Trusted Types. */
function contentSecurity(otpOrigin: string) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [otpOrigin],
      connectSrc: [otpOrigin],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
      workerSrc: ['blob:'],
      trustedTypes: ['lit-html', 'otp-verify'],
    },
    referrerPolicy: 'strict-origin-when-cross-origin',
  })
}

function staticFile(name: string, type: string) {
  const content = readFileSync(new URL(`./static/${name}`, import.meta.url), 'utf8')
  return (c: Context) => c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' })
}
