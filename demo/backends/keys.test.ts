import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { AUDIENCE, mint, NUMBER, startIssuer, type TestIssuer } from './test/issuer.js'
import { copyWithPauses, hasOwnCache, type Pauses } from './test/pauses.js'
import { openSession, programOf, RECIPES, signUp, startRecipe, type Recipe } from './test/recipes.js'

const START_MS = 120_000
const MAX_KEYS_BYTES = 65_536
const UNAVAILABLE = { status: 503, body: { error: 'keys_unavailable' } }

/** In seconds: longer than any test. */
const AN_HOUR = 3600

/** A recipe with an issuer of its own; where it keeps the keys itself, with other pauses between its fetches. */
async function start(recipe: Recipe, program: string, pauses: Pauses) {
  const issuer = await startIssuer()
  const copy = hasOwnCache(recipe) ? await copyWithPauses(recipe, pauses) : undefined
  const settings = { issuer: issuer.url, audience: AUDIENCE, ...(copy && { file: copy.file }) }
  const backend = await startRecipe(recipe, program, settings)
  return {
    issuer,
    /** What a visitor with a session of their own is answered, whose token is good except for the key id that is given. */
    async visit(kid = issuer.kid, signer: TestIssuer = issuer) {
      const session = await openSession(backend.url)
      const token = await mint(issuer, { nonce: session.nonce }, { kid }, signer.privateKey)
      return signUp(backend.url, session, token)
    },
    async visitWithoutSession() {
      return signUp(backend.url, { cookie: '' }, await mint(issuer, {}, { kid: randomUUID() }))
    },
    async stop() {
      await backend.stop()
      await issuer.stop()
      await copy?.remove()
    },
  }
}

type Started = Awaited<ReturnType<typeof start>>

for (const recipe of RECIPES) {
  const program = programOf(recipe)

  describe.skipIf(!program)(`the backend in ${recipe.name}`, () => {
    let backend: Started
    let stranger: TestIssuer
    let keys: object

    beforeAll(async () => {
      stranger = await startIssuer()
      backend = await start(recipe, program!, { refetch: -1, retry: -1 })
      keys = (await (await fetch(backend.issuer.url + PATHS.jwks)).json()) as object
    }, START_MS)

    afterAll(async () => {
      await backend?.stop()
      await stranger.stop()
    })

    const answers: [string, () => NonNullable<TestIssuer['outage']>][] = [
      ['an error, even with keys', () => ({ status: 500, body: JSON.stringify(keys) })],
      ['no keys', () => ({ status: 200, body: '<html>' })],
      [
        'more than 64 kB',
        () => ({ status: 200, body: JSON.stringify({ ...keys, more: 'x'.repeat(MAX_KEYS_BYTES) }) }),
      ],
    ]
    it.each(answers)(
      'says that it cannot have the keys when their address answers %s',
      async (_what, answer) => {
        const before = backend.issuer.fetches()
        backend.issuer.outage = answer()
        expect(await backend.visit()).toEqual(UNAVAILABLE)
        expect(backend.issuer.fetches()).toBe(before + 1)
      },
    )

    it('believes no keys to which their address redirects, and has not gone there', async () => {
      backend.issuer.outage = { status: 302, body: '', location: stranger.url + PATHS.jwks }
      expect(await backend.visit(stranger.kid, stranger)).toEqual(UNAVAILABLE)
      expect(stranger.fetches()).toBe(0)
    })

    it('believes a good token as soon as the issuer is well again', async () => {
      backend.issuer.outage = undefined
      expect(await backend.visit()).toEqual({ status: 200, body: { phoneNumber: NUMBER } })
    })
  })
}

describe.concurrent('keys that come drop by drop', () => {
  for (const recipe of RECIPES) {
    const program = programOf(recipe)

    it.skipIf(!program)(
      `are given up by the backend in ${recipe.name}, which works on when the issuer is well again`,
      async () => {
        const backend = await start(recipe, program!, { retry: -1 })
        try {
          const stop = backend.issuer.drip()
          expect(await backend.visit()).toEqual(UNAVAILABLE)
          stop()
          expect((await backend.visit()).status).toBe(200)
        } finally {
          await backend.stop()
        }
      },
      START_MS,
    )
  }
})

describe('an issuer in trouble', () => {
  for (const recipe of RECIPES.filter(hasOwnCache)) {
    const program = programOf(recipe)

    it.skipIf(!program)(
      `is asked once by the backend in ${recipe.name}, however many tokens are made up (SR-A22)`,
      async () => {
        const backend = await start(recipe, program!, { retry: AN_HOUR })
        try {
          backend.issuer.outage = { status: 500, body: '{}' }
          for (let n = 0; n < 10; n++) expect((await backend.visitWithoutSession()).status).toBe(403)
          expect(backend.issuer.fetches()).toBe(0)
          for (let n = 0; n < 10; n++) expect(await backend.visit(randomUUID())).toEqual(UNAVAILABLE)
          expect(backend.issuer.fetches()).toBe(1)
        } finally {
          await backend.stop()
        }
      },
      START_MS,
    )

    it.skipIf(!program)(
      `stops nobody whose key the backend in ${recipe.name} knows, while it answers nobody (SR-A22)`,
      async () => {
        const backend = await start(recipe, program!, { refetch: -1 })
        try {
          expect((await backend.visit()).status).toBe(200)
          const release = backend.issuer.hold()
          let answered = 0
          const forged = Array.from({ length: 4 }, () => backend.visit(randomUUID()).then(() => answered++))
          await vi.waitFor(() => expect(backend.issuer.fetches()).toBeGreaterThan(1), START_MS)
          expect((await backend.visit()).status).toBe(200)
          expect(answered).toBe(0)
          release()
          await Promise.all(forged)
        } finally {
          await backend.stop()
        }
      },
      START_MS,
    )
  }
})
