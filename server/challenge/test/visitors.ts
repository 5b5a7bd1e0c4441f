import { PATHS, type AltchaChallenge, type ChallengeRequest } from '../../../contract/index.js'
import { NUMBER, type TestServer } from '../../test/harness.js'
import { answerOf, solved } from './solve.js'

/** Asks for a challenge and solves it. */
export async function solution(
  server: TestServer,
  asked: Partial<ChallengeRequest> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const body = { sitekey: 'shop', phoneNumber: NUMBER, ...asked }
  const answer = await server.post<AltchaChallenge>(PATHS.challenges, body, headers)
  if (answer.status !== 200) throw new Error(`No challenge was set: ${answer.body.code}.`)
  return answerOf(await solved(answer.body))
}
