import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStack, type Stack } from '../e2e/stack.js'
import { prove } from './test/prove.js'
import { openSession, programOf, RECIPES, signUp, startRecipe } from './test/recipes.js'

const START_MS = 120_000

let stack: Stack

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
          const foreign = await prove(stack, { sitekey: 'other', action: 'signup', nonce: session.nonce })
          expect((await signUp(backend.url, session, foreign.token)).status).toBe(403)
          const { token, phoneNumber } = await prove(stack, {
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
