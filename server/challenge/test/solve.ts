import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { AltchaChallenge, AltchaSolution } from '../../../contract/index.js'

/** Solves a challenge as the solver of its own library does. */
export async function solved(challenge: AltchaChallenge): Promise<AltchaSolution> {
  const solution = await solveChallenge({ challenge, deriveKey })
  if (!solution) throw new Error('The challenge has no solution.')
  return { challenge, solution }
}

/** An answer as a start carries it. */
export function answerOf(answer: unknown): string {
  return Buffer.from(JSON.stringify(answer)).toString('base64')
}
