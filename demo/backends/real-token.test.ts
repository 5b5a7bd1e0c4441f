import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type VerificationApproved, type VerificationPending } from '../../contract/index.js'
import { startStack, type Stack } from '../e2e/stack.js'
import { openSession, programOf, RECIPES, signUp, startRecipe } from './test/recipes.js'

const START_MS = 120_000

let stack: Stack
let proofs = 0

beforeAll(async () => {
  stack = await startStack()
}, START_MS)

afterAll(() => stack.stop())

describe('a token of the real server', () => {
  for (const recipe of RECIPES) {
    const program = programOf(recipe)

    it.skipIf(!program)(
      `is believed by the backend in ${recipe.name}, and that of another site is not (SR-A05)`,
      async () => {
        const backend = await startRecipe(recipe, program!, { issuer: stack.server, audience: 'demo' })
        try {
          const session = await openSession(backend.url)
          const foreign = await prove({ sitekey: 'other', action: 'signup', nonce: session.nonce })
          expect((await signUp(backend.url, session, foreign.token)).status).toBe(403)
          const { token, phoneNumber } = await prove({
            sitekey: 'demo',
            action: 'signup',
            nonce: session.nonce,
          })
          expect((await signUp(backend.url, session, token)).body).toEqual({ phoneNumber })
        } finally {
          await backend.stop()
        }
      },
      START_MS,
    )
  }
})

/** Proves a number of its own as the element does; Infobip limits how often one number may be checked. */
async function prove(request: {
  sitekey: string
  action: string
  nonce: string
}): Promise<VerificationApproved> {
  const phoneNumber = `+120255501${10 + proofs++}`
  const { verificationId } = await call<VerificationPending>(PATHS.start, { ...request, phoneNumber })
  const { pin } = await stack.message(phoneNumber)
  return call<VerificationApproved>(PATHS.check, { verificationId, code: pin })
}

async function call<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(stack.server + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: stack.shop },
    body: JSON.stringify(body),
  })
  expect(answer.ok, `${path} answers ${answer.status}`).toBe(true)
  return (await answer.json()) as T
}
