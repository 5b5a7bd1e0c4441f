import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AUDIENCE, mint, startIssuer, type TestIssuer } from './test/issuer.js'
import { openSession, programOf, RECIPES, signUp, startRecipe, type RunningRecipe } from './test/recipes.js'

const START_MS = 120_000
const SHARED = fileURLToPath(new URL('test/shared-cache.php', import.meta.url))

const php = RECIPES.find(({ name }) => name === 'PHP')!
const program = programOf(php)

describe.skipIf(!program)('the backend in PHP', () => {
  let production: TestIssuer
  let staging: TestIssuer
  let backend: RunningRecipe

  beforeEach(async () => {
    production = await startIssuer()
    staging = await startIssuer()
    backend = await startRecipe(php, program!, {
      issuer: `${production.url} ${staging.url}`,
      audience: AUDIENCE,
      file: SHARED,
    })
  }, START_MS)

  afterEach(async () => {
    await backend?.stop()
    await production.stop()
    await staging.stop()
  })

  /** What the issuer's backend says to a new visitor, whose token is signed with the key that is given. */
  async function visit(issuer: TestIssuer, { kid, privateKey }: Pick<TestIssuer, 'kid' | 'privateKey'>) {
    const url = issuer === staging ? backend.url.replace('127.0.0.1', 'localhost') : backend.url
    const session = await openSession(url)
    const token = await mint(issuer, { nonce: session.nonce }, { kid }, privateKey)
    return (await signUp(url, session, token)).status
  }

  it('believes no key of another issuer with which it shares APCu, and waits for no pause of that one (SR-A03)', async () => {
    expect(await visit(staging, staging)).toBe(200)
    expect(await visit(production, staging)).toBe(403)
    expect(await visit(production, production)).toBe(200)
    expect(await visit(production, staging)).toBe(403)
  })

  it('fetches the keys anew when its clock was set back: how old they are, nobody knows', async () => {
    const { kid, privateKey } = production
    const withdrawn = { kid, privateKey }
    expect(await visit(production, withdrawn)).toBe(200)
    production.rotate()
    await fetch(`${backend.url}/clock-set-back`)
    production.outage = { status: 500, body: '{}' }
    expect(await visit(production, withdrawn)).toBe(503)
    expect(await visit(production, withdrawn)).toBe(503)
    production.outage = undefined
    await fetch(`${backend.url}/clock-set-back`)
    expect(await visit(production, production)).toBe(200)
    expect(await visit(production, withdrawn)).toBe(403)
  })
})
