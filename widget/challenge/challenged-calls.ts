import type { ChallengeRequest } from '../../contract/index.js'
import type { Client } from '../client.js'
import { OPEN, type OtpError } from '../failure.js'
import type { FlowHost, TicketSource } from '../flow-host.js'
import type { ChallengeSetter } from '../state.js'

/** What a call carries beside its body, each good for one message. */
interface Carried {
  challenge?: string
  ticket?: string
}

interface CallContext {
  client: Client
  /** What the call asks for; a challenge is issued for its number and action. */
  request: ChallengeRequest
  stop: AbortSignal
  /** Gives the ticket of a start. */
  ticket?: TicketSource | undefined
}

/** Makes calls that may be answered with `challenge_required`, and makes them once more with the solution. */
export class ChallengedCalls {
  private readonly solver: Pick<FlowHost, 'solve'>
  private readonly handleChallenge: (setter?: ChallengeSetter) => void
  /** Solution and ticket of which nobody knows what became. With others, the same intent could send a second message. */
  private lost: { intent: string; carried: Carried } | undefined

  /** @param handleChallenge is told who has set a challenge that is to be solved, and then that it is. */
  constructor(solver: Pick<FlowHost, 'solve'>, handleChallenge: (setter?: ChallengeSetter) => void) {
    this.solver = solver
    this.handleChallenge = handleChallenge
  }

  async make<Body extends object, T>(
    call: (body: Body & Carried, stop: AbortSignal) => Promise<T>,
    body: Body,
    { client, request, stop, ticket }: CallContext,
  ): Promise<T> {
    const intent = JSON.stringify(request)
    const again = this.lost?.intent === intent ? this.lost.carried : undefined
    this.lost = undefined
    const carry = async (carried: Carried) => {
      try {
        return await call({ ...body, ...carried }, stop)
      } catch (error) {
        if (OPEN.has((error as OtpError).code)) this.lost = { intent, carried }
        throw error
      }
    }
    const fresh = async () => (ticket ? { ticket: await ticket() } : {})
    try {
      return await carry(again ?? (await fresh()))
    } catch (error) {
      const { code } = error as OtpError
      const isAsked = code === 'challenge_required' || (again?.challenge && code === 'challenge_failed')
      // A reloaded page no longer knows the number, and a challenge for none is good for no message.
      if (!isAsked || !request.phoneNumber) throw error
    }
    const challenge = await this.solve(client, request, stop)
    // A visitor may take longer for a challenge than a ticket lives.
    return carry({ challenge, ...(await fresh()) })
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
