import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUDIENCE, mint, startIssuer, type TestIssuer } from './test/issuer.js'
import { openSession, programOf, RECIPES, signUp, startRecipe, type RunningRecipe } from './test/recipes.js'

const START_MS = 120_000
const UNLOCKED = fileURLToPath(new URL('test/unlocked-sessions.php', import.meta.url))

const php = RECIPES.find(({ name }) => name === 'PHP')!
const program = programOf(php)

describe.skipIf(!program)('the backend in PHP, whose session store locks nothing', () => {
  let issuer: TestIssuer
  let backend: RunningRecipe

  beforeAll(async () => {
    issuer = await startIssuer()
    backend = await startRecipe(php, program!, { issuer: issuer.url, audience: AUDIENCE, file: UNLOCKED })
  }, START_MS)

  afterAll(async () => {
    await backend?.stop()
    await issuer.stop()
  })

  async function visit() {
    const session = await openSession(backend.url)
    return { session, token: await mint(issuer, { nonce: session.nonce }) }
  }

  it('believes a token once when eight requests bring it at once', async () => {
    // So that the keys are known: while one process fetches them, the others refuse.
    const first = await visit()
    expect((await signUp(backend.url, first.session, first.token)).status).toBe(200)

    const { session, token } = await visit()
    const answers = await Promise.all(Array.from({ length: 8 }, () => signUp(backend.url, session, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(403)])
    expect((await signUp(backend.url, session, token)).status).toBe(403)
  })
})
