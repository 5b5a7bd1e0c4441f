import { createChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { AltchaChallenge } from '../../contract/index.js'
import { userOf, type Challenge, type Purpose } from '../guard/challenge.js'
import { unused } from '../guard/voucher.js'
import { underEach, type Digests } from '../pepper/digests.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import { readAltchaAnswer, type AltchaAnswer } from './altcha-answer.js'
import { LIFETIME, type ChallengeDeps } from './challenge-deps.js'

/** Iterations of PBKDF2 for each counter that is tried: enough that the browser's overhead for each try is small. */
const COST = 4000

/**
 * From which counters one is drawn. They are tried from nothing upwards: 0.2 s for a desktop, and for a phone that is six
 * times slower 2 s at most (SR-K15).
 */
const COUNTERS = { least: 60, most: 169 }

const ALGORITHM = 'PBKDF2/SHA-256'

/**
 * Our own challenge: proof of work, without a third party (https://altcha.org, version 2).
 *
 * The server picks the counter and signs the key that it leads to, so that checking costs no derivation. What a challenge
 * is for, and until when, is part of what is signed; the time is the store's.
 */
export function altcha({ store, digests, random }: ChallengeDeps): Challenge {
  /** Whether the challenge is ours, under either pepper, and the key is the one that its counter leads to. */
  async function solvedUnder({ challenge, solution }: AltchaAnswer): Promise<Digests | undefined> {
    for (const one of underEach(digests)) {
      const { verified } = await verifySolution({ challenge, solution, deriveKey, ...secretsUnder(one) })
      if (verified) return one
    }
    return undefined
  }

  return {
    kind: () => 'altcha',

    async issue(site, purpose) {
      const until = (await store.now()) + LIFETIME
      return createChallenge({
        ...{ algorithm: ALGORITHM, cost: COST, counter: drawn(random(4)), deriveKey },
        data: { for: boundTo(site, purpose, digests), until },
        ...secretsUnder(digests),
      }) as Promise<AltchaChallenge>
    },

    async read(site, text, purpose) {
      const answer = readAltchaAnswer(text)
      const solved = answer && (await solvedUnder(answer))
      if (!solved) throw new VerificationError('challenge_failed')
      const { signature, parameters } = answer.challenge
      const left = parameters.data.until - (await store.now())
      if (left <= 0 || parameters.data.for !== boundTo(site, purpose, solved)) {
        throw new VerificationError('challenge_failed')
      }
      const key = `challenge:${Buffer.from(signature, 'hex').toString('base64url')}`
      const single = { key, keep: left, refusal: 'challenge_failed', by: userOf(purpose) } as const
      return unused(single, { store, random })
    },
  }
}

function secretsUnder(digests: Digests) {
  const secret = (salt: string) => digests.key('challenge', salt).toString('base64url')
  return { hmacSignatureSecret: secret('altcha'), hmacKeySignatureSecret: secret('altcha-key') }
}

function boundTo({ sitekey }: Site, { origin, action, e164 }: Purpose, digests: Digests): string {
  return digests.digest('challenge', sitekey, origin, action ?? '', e164 ?? '')
}

function drawn(bytes: Uint8Array): number {
  const { least, most } = COUNTERS
  return least + (Buffer.from(bytes).readUInt32BE() % (most - least + 1))
}
