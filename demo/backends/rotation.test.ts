import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AUDIENCE, mint, NUMBER, startIssuer } from './test/issuer.js'
import { openSession, programOf, RECIPES, signUp, startRecipe } from './test/recipes.js'

const FOLDER = new URL('.', import.meta.url)

/** How the recipes with a key cache of their own write their 30 seconds; the others leave it to otp-verify/verify. */
const PAUSE =
  /(REFETCH_SECONDS = |KEYS_SECONDS, REFETCH_SECONDS = 300, |refetchKeys +=|KEYS_SECONDS = 300, REFETCH_SECONDS = )\s*30\b/

describe('a key that the issuer begins to use', () => {
  for (const recipe of RECIPES.filter(({ file }) => !file.endsWith('.mjs'))) {
    const program = programOf(recipe)

    it.skipIf(!program)(
      `is fetched by the backend in ${recipe.name} as soon as a token names it (SR-A21)`,
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'otp-verify-rotation-'))
        const issuer = await startIssuer()
        // Nobody can turn the clock of another program, so this copy waits no time between two fetches.
        const source = await readFile(new URL(recipe.file, FOLDER), 'utf8')
        const file = join(folder, recipe.file)
        expect(source).toMatch(PAUSE)
        await writeFile(file, source.replace(PAUSE, '$1-1'))
        const backend = await startRecipe(recipe, program!, { issuer: issuer.url, audience: AUDIENCE, file })
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
          await rm(folder, { recursive: true })
        }
      },
      120_000,
    )
  }
})
