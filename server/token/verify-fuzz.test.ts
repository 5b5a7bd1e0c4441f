import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mutants } from './test/mutations.js'
import { AUDIENCE, issued, ISSUER, NOW, testKeys } from './test/tokens.js'
import { createVerifier, TokenError } from './verify.js'

const { FUZZ_RUNS, FUZZ_SEED, SOAK } = process.env

/** How many mutated tokens are tried; a million by whoever has some minutes. */
const RUNS = Number(FUZZ_RUNS ?? (SOAK === '1' ? 1_000_000 : 40_000))

/** Tokens that are in flight together. */
const AT_ONCE = 20

describe('a verifier', () => {
  it(
    `refuses each of ${RUNS} mutated tokens with a code, and believes an unchanged one (SR-A24)`,
    async () => {
      const [points, edwards] = await Promise.all([testKeys(), testKeys('EdDSA', 1)])
      const originals = await Promise.all([
        issued(points),
        issued(points, { subject: 'another', number: '+385912345678', nonce: 'session-nonce-0002' }),
        issued(points, { action: 'signup', cdata: 'cart-7', channel: 'voice', nonce: undefined }),
        issued(edwards),
      ])
      const verifier = createVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        replayStore: false,
        fetch: async () => Response.json({ keys: [...points.published.keys, ...edwards.published.keys] }),
        now: () => NOW,
      })
      let accepted = 0

      async function judge(value: unknown): Promise<void> {
        const outcome: unknown = await verifier
          .verify(value, { nonce: false })
          .catch((error: unknown) => error)
        if (outcome instanceof TokenError) return
        const isOriginal = originals.includes(value as string)
        if (!isOriginal || outcome instanceof Error)
          throw new Error(`Not refused with a code: ${String(outcome)}`)
        accepted++
      }

      // On a failure fast-check prints the seed (FUZZ_SEED) and the smallest batch that fails.
      await fc.assert(
        fc.asyncProperty(
          fc.array(mutants(originals), { minLength: AT_ONCE, maxLength: AT_ONCE }),
          async (batch) => {
            await Promise.all(batch.map(judge))
          },
        ),
        { numRuns: RUNS / AT_ONCE, ...(FUZZ_SEED && { seed: Number(FUZZ_SEED) }) },
      )
      expect(accepted).toBeGreaterThan(0)
    },
    60_000 + RUNS * 2,
  )
})
