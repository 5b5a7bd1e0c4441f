import type { ChallengeRequest } from '../../contract/index.js'
import type { Client } from '../client.js'
import { OPEN, type OtpError } from '../failure.js'
import type { FlowHost } from '../flow-host.js'
import type { ChallengeSetter } from '../state.js'

/** Makes calls that may be answered with `challenge_required`, and makes them once more with the solution. */
export class ChallengedCalls {
  private readonly solver: Pick<FlowHost, 'solve'>
  private readonly handleChallenge: (setter?: ChallengeSetter) => void
  /** A solution of which nobody knows what became. With another one, the same intent could send a second message. */
  private lost: { intent: string; challenge: string } | undefined

  /** @param handleChallenge is told who has set a challenge that is to be solved, and then that it is. */
  constructor(solver: Pick<FlowHost, 'solve'>, handleChallenge: (setter?: ChallengeSetter) => void) {
    this.solver = solver
    this.handleChallenge = handleChallenge
  }

  /** @param request what the call asks for; a challenge is issued for its number and action. */
  async make<Body extends object, T>(
    call: (body: Body & { challenge?: string }) => Promise<T>,
    body: Body,
    { client, request, stop }: { client: Client; request: ChallengeRequest; stop: AbortSignal },
  ): Promise<T> {
    const intent = JSON.stringify(request)
    const again = this.lost?.intent === intent ? this.lost.challenge : undefined
    this.lost = undefined
    const carry = async (challenge: string) => {
      try {
        return await call({ ...body, challenge })
      } catch (error) {
        if (OPEN.has((error as OtpError).code)) this.lost = { intent, challenge }
        throw error
      }
    }
    try {
      return await (again ? carry(again) : call(body))
    } catch (error) {
      const { code } = error as OtpError
      const isAsked = code === 'challenge_required' || (again && code === 'challenge_failed')
      // A reloaded page no longer knows the number, and a challenge for none is good for no message.
      if (!isAsked || !request.phoneNumber) throw error
    }
    return carry(await this.solve(client, request, stop))
  }

  private async solve(client: Client, request: ChallengeRequest, stop: AbortSignal): Promise<string> {
    const { sitekey, phoneNumber, action } = request
    const optional = { ...(phoneNumber ? { phoneNumber } : {}), ...(action ? { action } : {}) }
    stop.throwIfAborted()
    const issued = await client.challenge({ sitekey, ...optional })
    stop.throwIfAborted()
    this.handleChallenge('type' in issued ? issued.type : 'altcha')
    const solution = await this.solver.solve(issued, stop)
    stop.throwIfAborted()
    this.handleChallenge()
    return solution
  }
}
