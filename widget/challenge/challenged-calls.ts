import type { ChallengeRequest } from '../../contract/index.js'
import type { Client } from '../client.js'
import { passed } from '../clock.js'
import { OPEN, type OtpError } from '../failure.js'
import type { FlowHost } from '../flow-host.js'
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
}

/** Milliseconds for which a start waits for the page's ticket; then there is none. */
const TICKET_PATIENCE = 25_000

/** Makes calls that may be answered with `challenge_required`, and makes them once more with the solution. */
export class ChallengedCalls {
  private readonly host: Pick<FlowHost, 'solve' | 'settings'>
  private readonly handleChallenge: (setter?: ChallengeSetter) => void
  /** Solution and ticket of which nobody knows what became. With others, the same intent could send a second message. */
  private lost: { intent: string; carried: Carried } | undefined

  /** @param handleChallenge is told who has set a challenge that is to be solved, and then that it is. */
  constructor(
    host: Pick<FlowHost, 'solve' | 'settings'>,
    handleChallenge: (setter?: ChallengeSetter) => void,
  ) {
    this.host = host
    this.handleChallenge = handleChallenge
  }

  async make<Body extends object, T>(
    call: (body: Body & Carried, stop: AbortSignal) => Promise<T>,
    body: Body,
    context: CallContext,
  ): Promise<T> {
    const { client, request, stop } = context
    const intent = JSON.stringify(body)
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
    const fresh = async () => ('phoneNumber' in body ? this.ticket(stop) : {})
    try {
      return await carry(again ?? (await fresh()))
    } catch (error) {
      const { code } = error as OtpError
      // By now its time is over, and nothing was sent for it.
      if (again && code === 'ticket_invalid') return this.make(call, body, context)
      const isAsked = code === 'challenge_required' || (again?.challenge && code === 'challenge_failed')
      // A reloaded page no longer knows the number, and a challenge for none is good for no message.
      if (!isAsked || !request.phoneNumber) throw error
    }
    const challenge = await this.solve(client, request, stop)
    // A visitor may take longer for a challenge than a ticket lives.
    return carry({ challenge, ...(await fresh()) })
  }

  private async ticket(stop: AbortSignal): Promise<Carried> {
    const { clock, ticket } = this.host.settings()
    const given = ticket && (await Promise.race([ticket(), passed(clock, TICKET_PATIENCE)]))
    stop.throwIfAborted()
    return given ? { ticket: given } : {}
  }

  private async solve(client: Client, request: ChallengeRequest, stop: AbortSignal): Promise<string> {
    const { sitekey, phoneNumber, action } = request
    const optional = { ...(phoneNumber ? { phoneNumber } : {}), ...(action ? { action } : {}) }
    stop.throwIfAborted()
    const issued = await client.challenge({ sitekey, ...optional })
    stop.throwIfAborted()
    this.handleChallenge('type' in issued ? issued.type : 'altcha')
    const solution = await this.host.solve(issued, stop)
    stop.throwIfAborted()
    this.handleChallenge()
    return solution
  }
}
