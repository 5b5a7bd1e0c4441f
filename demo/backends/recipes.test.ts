import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ATTACKS, TWO_NUMBERS } from './test/attacks.js'
import { AUDIENCE, mint, NUMBER, startIssuer, type TestIssuer } from './test/issuer.js'
import {
  openSession,
  post,
  programOf,
  RECIPES,
  signUp,
  startRecipe,
  type RunningRecipe,
} from './test/recipes.js'

const START_MS = 120_000
const GATHER_MS = 250
const OTHER_NUMBER = '+12025550199'

/** Fields in which a visitor may write what only a token can say. */
const OTHER_WORDS = {
  verified: 'true',
  phone: OTHER_NUMBER,
  phoneNumber: OTHER_NUMBER,
  phone_number: OTHER_NUMBER,
  phone_number_verified: 'true',
}

/** Cookies that a site may have as well, not all of them as RFC 6265 writes cookies. */
const OTHER_COOKIES = [
  'prefs={"a":1,"b":2}',
  'a[b]=1',
  'u=é',
  'bare',
  'path=/a/b; $Version=1',
  'quoted="a\\"b"',
  'mysession=x',
]

for (const recipe of RECIPES) {
  const program = programOf(recipe)

  describe.skipIf(!program)(`the backend in ${recipe.name}`, () => {
    let issuer: TestIssuer
    let backend: RunningRecipe

    beforeAll(async () => {
      issuer = await startIssuer()
      backend = await startRecipe(recipe, program!, { issuer: issuer.url, audience: AUDIENCE })
    }, START_MS)

    afterAll(async () => {
      await backend?.stop()
      await issuer.stop()
    })

    /** A token that the session's backend believes, except for the claims that are changed. */
    async function visit(claims: Record<string, unknown> = {}) {
      const session = await openSession(backend.url)
      return { session, token: await mint(issuer, { nonce: session.nonce, ...claims }) }
    }

    // Runs while no keys are cached, so that all ten have read the nonce before any of them can check the token.
    it('believes a token once when ten requests bring it at once', async () => {
      const { session, token } = await visit()
      const release = issuer.hold()
      const answers = Promise.all(Array.from({ length: 10 }, () => signUp(backend.url, session, token)))
      await wait(GATHER_MS)
      release()
      const [first, ...others] = (await answers).sort((a, b) => a.status - b.status)
      expect(first?.status).toBe(200)
      expect(others.map(({ status }) => status)).toEqual(Array(9).fill(403))
      // A request that comes after the first has ended finds no nonce; in PHP all do, since one at a time has the session.
      const errors = new Set(others.map(({ body }) => body.error))
      expect(errors).toContain(recipe.name === 'PHP' ? 'token_refused' : 'token_used')
    })

    it('takes the number from the token, whatever the form says of it (SR-A20)', async () => {
      const { session, token } = await visit()
      const fields = { 'otp-verify-response': token, name: 'Ada', ...OTHER_WORDS }
      expect(await post(backend.url, session.cookie, fields)).toEqual({
        status: 200,
        body: { phoneNumber: NUMBER },
      })
    })

    it('takes the number from its claim, whatever the visitor’s own words in the token look like', async () => {
      const cdata = `","phone_number":"${OTHER_NUMBER}","x":"\\\u0000é😀`
      const { session, token } = await visit({ cdata })
      expect((await signUp(backend.url, session, token)).body).toEqual({ phoneNumber: NUMBER })
    })

    it('believes a token whose issuer’s clock is 4 seconds ahead (SR-A07)', async () => {
      const ahead = Math.floor(Date.now() / 1000) + 4
      const { session, token } = await visit({ iat: ahead, nbf: ahead })
      expect((await signUp(backend.url, session, token)).status).toBe(200)
    })

    it('believes a token once', async () => {
      const { session, token } = await visit()
      expect((await signUp(backend.url, session, token)).status).toBe(200)
      expect((await signUp(backend.url, session, token)).status).toBe(403)
    })

    it('keeps the nonce while it is unused, and makes a new one afterwards', async () => {
      const { session, token } = await visit()
      const nonceNow = async () => {
        const page = await (await fetch(backend.url, { headers: { Cookie: session.cookie } })).text()
        return /token-nonce="([^"]*)"/.exec(page)![1]
      }
      expect(await nonceNow()).toBe(session.nonce)
      await signUp(backend.url, session, token)
      expect(await nonceNow()).not.toBe(session.nonce)
      expect((await signUp(backend.url, session, token)).status).toBe(403)
    })

    it.each(OTHER_COOKIES)('knows its visitor who also has the cookie %s', async (cookie) => {
      const { session, token } = await visit()
      for (const cookies of [`${cookie}; session=`, `session; ${cookie}`]) {
        expect((await signUp(backend.url, { cookie: cookies }, token)).status, cookies).toBe(403)
      }
      const cookies = `${cookie}; ${session.cookie}; last=1`
      expect((await signUp(backend.url, { cookie: cookies }, token)).status).toBe(200)
    })

    it('asks for a token where there is none, whatever else the form says (SR-A20)', async () => {
      const { session, token } = await visit()
      for (const fields of [
        {},
        { 'otp-verify-response': '' },
        { 'otp-verify-response[]': token },
        { token, ...OTHER_WORDS },
      ]) {
        expect(await post(backend.url, session.cookie, { ...fields, name: 'Ada' })).toEqual({
          status: 400,
          body: { error: 'token_missing' },
        })
      }
    })

    it('refuses a good token from nobody, from an unknown session, and from another one (SR-A09)', async () => {
      const { session, token } = await visit()
      const other = await openSession(backend.url)
      const [name] = session.cookie.split('=')
      const tokens = [token, await mint(issuer, { nonce: '' }), await mint(issuer, {})]
      for (const cookie of ['', `${name}=`, `${name}=${'A'.repeat(22)}`, other.cookie]) {
        for (const one of tokens) {
          expect((await signUp(backend.url, { cookie }, one)).status, cookie).toBe(403)
        }
      }
      expect((await signUp(backend.url, session, token)).status).toBe(200)
    })

    it.each(ATTACKS)('refuses a token %s, and still believes a good one', async (_title, attack) => {
      const { session, token } = await visit()
      const { status, body } = await signUp(backend.url, session, await attack(issuer, session.nonce))
      expect(body).toEqual({ error: expect.stringMatching(/^[a-z]+(_[a-z]+)+$/) })
      expect(status).toBe(403)
      expect((await signUp(backend.url, session, token)).status).toBe(200)
      expect(issuer.strayRequests()).toBe(0)
    })

    if (recipe.readsJsonItself) {
      it('refuses a token that says something twice (SR-A24)', async () => {
        const { session } = await visit()
        const token = await TWO_NUMBERS(issuer, session.nonce)
        expect((await signUp(backend.url, session, token)).status).toBe(403)
      })
    }

    it('is not made to fetch the keys again and again by made-up key ids (SR-A22)', async () => {
      const before = issuer.fetches()
      for (let n = 0; n < 50; n++) {
        const session = await openSession(backend.url)
        const token = await mint(issuer, { nonce: session.nonce }, { kid: randomUUID() })
        expect((await signUp(backend.url, session, token)).status).toBe(403)
      }
      expect(issuer.fetches() - before).toBeLessThanOrEqual(2)
    })

    // PHP goes by its own limit, 8 MB, and sees an empty form above it.
    const [tooLarge, refusal] = recipe.name === 'PHP' ? [[9_000_000], 400] : [[20_000, 9_000_000], 413]
    it.each(tooLarge)('refuses a form of %d bytes, whatever it begins with', async (size) => {
      const { session, token } = await visit()
      const body = new URLSearchParams({ 'otp-verify-response': token, name: 'A'.repeat(size) })
      const init = { method: 'POST', headers: { Cookie: session.cookie }, body }
      const answer = await fetch(`${backend.url}/signup`, init).catch(() => undefined)
      // Some hang up on a body that goes on and on.
      if (answer || size < 1_000_000) expect(answer?.status).toBe(refusal)
      await answer?.body?.cancel()
      expect((await signUp(backend.url, session, token)).status).toBe(200)
    })

    if (recipe.file.endsWith('.mjs')) {
      it('warns of nothing', () => {
        expect(backend.log()).toBe('')
      })
    }

    it('writes no number and no token to its log', async () => {
      const { session, token } = await visit()
      await signUp(backend.url, session, token)
      await signUp(backend.url, session, token)
      expect(backend.log()).not.toContain(NUMBER.slice(1))
      expect(backend.log()).not.toContain(OTHER_NUMBER.slice(1))
      expect(backend.log()).not.toContain('eyJ')
    })
  })
}
