import { describe, expect, it } from 'vitest'
import { AUDIENCE, mint, NUMBER, startIssuer } from './test/issuer.js'
import { copyWithPauses, hasOwnCache } from './test/pauses.js'
import { openSession, programOf, RECIPES, signUp, startRecipe } from './test/recipes.js'

describe('a key that the issuer begins to use', () => {
  for (const recipe of RECIPES.filter(hasOwnCache)) {
    const program = programOf(recipe)

    it.skipIf(!program)(
      `is fetched by the backend in ${recipe.name} as soon as a token names it (SR-A21)`,
      async () => {
        const issuer = await startIssuer()
        const copy = await copyWithPauses(recipe, { refetch: -1 })
        const backend = await startRecipe(recipe, program!, {
          issuer: issuer.url,
          audience: AUDIENCE,
          file: copy.file,
        })
        try {
          for (const fetches of [1, 2]) {
            for (let token = 0; token < 2; token++) {
              const session = await openSession(backend.url)
              const good = await mint(issuer, { nonce: session.nonce })
              expect((await signUp(backend.url, session, good)).body).toEqual({ phoneNumber: NUMBER })
            }
            expect(issuer.fetches()).toBe(fetches)
            issuer.rotate()
          }
        } finally {
          await backend.stop()
          await issuer.stop()
          await copy.remove()
        }
      },
    )
  }
})
