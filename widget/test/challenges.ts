/** Sets and checks ALTCHA challenges with ALTCHA's own library, as the server does. */
import { createChallenge, solveChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'
import type { AltchaChallenge, AltchaSolution } from '../../contract/index.js'

const secrets = { hmacSignatureSecret: 's'.repeat(32), hmacKeySignatureSecret: 'k'.repeat(32) }

/** A challenge whose solution is `counter`. */
export async function challengeWith(counter: number, cost = 10): Promise<AltchaChallenge> {
  const options = { algorithm: 'PBKDF2/SHA-256', cost, counter, deriveKey, data: { for: 'ü' }, ...secrets }
  return (await createChallenge(options)) as unknown as AltchaChallenge
}

/** A challenge that nobody solves. */
export async function endlessChallenge(): Promise<AltchaChallenge> {
  const challenge = await challengeWith(1)
  return { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '0'.repeat(32) } }
}

/** The solution that ALTCHA's own library finds. */
export async function solutionOf(challenge: AltchaChallenge): Promise<AltchaSolution['solution'] | null> {
  return solveChallenge({ challenge: challenge, deriveKey })
}

/** Whether the `challenge` member of a start is the solution of a challenge of ours. */
export async function isSolution(text: unknown): Promise<boolean> {
  const { challenge, solution } = answerIn(text)
  return (await verifySolution({ challenge: challenge, solution, deriveKey, ...secrets })).verified
}

/** What the `challenge` member of a start says. */
export function answerIn(text: unknown): AltchaSolution {
  const bytes = Uint8Array.from(atob(String(text)), (character) => character.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes)) as AltchaSolution
}
