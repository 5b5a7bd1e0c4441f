import type { ChallengeRequest, StartRequest } from '../../contract/index.js'
import type { Client } from '../client.js'
import { passed } from '../clock.js'
import { isOpen, type OtpError } from '../failure.js'
import type { FlowHost } from '../flow-host.js'
import type { ChallengeSetter } from '../state.js'

/** What a start says, and a resend some of it. */
type Said = Partial<StartRequest>

interface CallContext {
  client: Client
  /** What the call asks for; a challenge is issued for its number and action. */
  request: ChallengeRequest
  stop: AbortSignal
}

/** Milliseconds for which a start waits for the page's ticket before it goes without. */
const TICKET_PATIENCE = 25_000

/** Makes calls that may be answered with `challenge_required`, and makes them once more with the solution. */
export class ChallengedCalls {
  private readonly host: Pick<FlowHost, 'solve' | 'settings' | 'entered'>
  private readonly handleChallenge: (setter?: ChallengeSetter) => void
  /** What was sent without a known outcome. Sending anything else could send a second message for the same intent. */
  private lost: Said | undefined

  /** @param handleChallenge called with the setter of a challenge that is to be solved, and without one once it is solved. */
  constructor(
    host: Pick<FlowHost, 'solve' | 'settings' | 'entered'>,
    handleChallenge: (setter?: ChallengeSetter) => void,
  ) {
    this.host = host
    this.handleChallenge = handleChallenge
  }

  async make<Body extends Said, T>(
    call: (body: Body, stop: AbortSignal) => Promise<T>,
    body: Body,
    context: CallContext,
  ): Promise<T> {
    const { client, request, stop } = context
    const again = this.intent(this.lost) === this.intent(body) ? this.lost : undefined
    this.lost = undefined
    const send = async (sent: Said) => {
      try {
        return await call(sent as Body, stop)
      } catch (error) {
        if (isOpen((error as OtpError).code)) this.lost = sent
        throw error
      }
    }
    try {
      return await send(again ?? (await this.ticketed(body, stop)))
    } catch (error) {
      const { code } = error as OtpError
      // Its time is over by now, and nothing was sent for it.
      if (again && code === 'ticket_invalid') return this.make(call, body, context)
      const isAsked = code === 'challenge_required' || (again?.challenge && code === 'challenge_failed')
      // A reloaded page no longer knows the number, and a challenge for none is good for no message.
      if (!isAsked || !request.phoneNumber) throw error
    }
    const challenge = await this.solve(client, request, stop)
    // A visitor may take longer over a challenge than a ticket lives.
    return send({ ...(await this.ticketed(body, stop)), challenge })
  }

  /** What a call asks for, however its number was written and whatever the page's language was. */
  intent(body?: Omit<Said, 'phoneNumber'> & { phoneNumber?: string | undefined }): string {
    const phoneNumber = this.host.entered().plain(body?.phoneNumber)
    return JSON.stringify({
      ...body,
      phoneNumber,
      language: undefined,
      challenge: undefined,
      ticket: undefined,
    })
  }

  /** A start with a ticket of its own, where the page has one; another call as it is. */
  private async ticketed(body: Said, stop: AbortSignal): Promise<Said> {
    const { clock, ticket: ask } = this.host.settings()
    if (!ask || !body.phoneNumber) return body
    const ticket = await Promise.race([ask(), passed(clock, TICKET_PATIENCE)])
    stop.throwIfAborted()
    return ticket ? { ...body, ticket } : body
  }

  private async solve(client: Client, request: ChallengeRequest, stop: AbortSignal): Promise<string> {
    const { sitekey, phoneNumber, action } = request
    stop.throwIfAborted()
    const issued = await client.challenge({ sitekey, phoneNumber, action })
    stop.throwIfAborted()
    this.handleChallenge('type' in issued ? issued.type : 'altcha')
    const solution = await this.host.solve(issued, stop)
    stop.throwIfAborted()
    this.handleChallenge()
    return solution
  }
}
