import type { z } from 'zod'
import type { SendOutcome } from '../provider.js'
import { blamesNumber, errorReason, PIN_ID, saysThrottled, sendAnswer, toldError, word } from './answers.js'
import type { Exchange } from './exchange.js'
import { readCommon, type Verdict } from './verdict.js'

/** Infobip's send limits count over hours or days; if it does not say how long to wait, ten minutes is reasonable. */
const DEFAULT_WAIT = 600

/** Both spellings occur in Infobip's own documents. */
const NOT_REACHABLE: ReadonlySet<unknown> = new Set(['NC_DESTINATION_NOT_REACHABLE', 'NC_NOT_REACHABLE'])

/**
 * What became of a send or a resend.
 *
 * The status of the message decides, never the presence of a pinId: Infobip gives one also for messages it did not send. A
 * status that is missing or new to us is `unknown`, because the message may be on its way.
 *
 * @param lookedUp whether the account may have paid for a lookup of the number.
 * @param known the pinId that a resend asked for; an answer without one keeps it.
 */
export function readSend(exchange: Exchange, lookedUp: boolean, known?: string): Verdict<SendOutcome> {
  if ('status' in exchange && exchange.status >= 400) {
    const { status, body } = exchange
    const reason = errorReason(status, body)
    if (status === 400 && blamesNumber(body))
      return { outcome: { outcome: 'undelivered' }, reason, alarm: false }
    // A resend may be refused because the code was used or has expired, which is nothing for the operator.
    if (status === 400 && known && !saysThrottled(body))
      return { outcome: { outcome: 'unavailable', asked: true }, reason, alarm: false }
    if (status === 404 && known && toldError(body))
      return { outcome: { outcome: 'gone' }, reason, alarm: false }
  }
  const common = readCommon(exchange, DEFAULT_WAIT)
  if ('body' in common) return readAnswer(common.body, lookedUp, known)
  const { verdict } = common
  const isDisliked =
    'status' in exchange && exchange.status === 400 && verdict.outcome.outcome === 'unavailable'
  return isDisliked ? { ...verdict, outcome: { outcome: 'unavailable', asked: true } } : verdict
}

function readAnswer(body: unknown, lookedUp: boolean, known: string | undefined): Verdict<SendOutcome> {
  const { data } = sendAnswer.safeParse(body)
  if (!data) return unknown('unexpected_body')
  const reason = word(data.smsStatus || data.callStatus || data.ncStatus)
  switch (fateOf(data)) {
    case 'refused': {
      // Only a lookup finds that out, whether or not we asked for one.
      const paid = lookedUp || NOT_REACHABLE.has(data.ncStatus)
      return { outcome: { outcome: 'undelivered', ...(paid && { paid }) }, reason, alarm: false }
    }
    case 'unclear':
      return unknown(reason ?? 'unexpected_body')
    case 'accepted': {
      const reference = data.pinId || known
      if (typeof reference !== 'string' || !PIN_ID.test(reference)) return unknown('malformed_reference')
      return { outcome: { outcome: 'sent', reference }, alarm: false }
    }
  }
}

type Fate = 'accepted' | 'refused' | 'unclear'

/** An answer to a call may come with the members of a text message; those of the lookup count last. */
function fateOf({ smsStatus, callStatus, ncStatus }: z.output<typeof sendAnswer>): Fate {
  if (smsStatus) return fateOfMessage(smsStatus)
  if (callStatus) return fateOfCall(callStatus)
  return NOT_REACHABLE.has(ncStatus) ? 'refused' : 'unclear'
}

function fateOfMessage(smsStatus: string): Fate {
  if (smsStatus === 'MESSAGE_SENT') return 'accepted'
  return smsStatus === 'MESSAGE_NOT_SENT' ? 'refused' : 'unclear'
}

/**
 * The list of call statuses is open; `PENDING_ACCEPTED` is the only one that today's documents show.
 *
 * The first part names a group of Infobip's general registry; words without one are from its old documents.
 */
function fateOfCall(callStatus: unknown): Fate {
  if (typeof callStatus !== 'string') return 'unclear'
  if (/^(?:PENDING_[A-Z_]+|PROCESSING|PROCESSED|ANSWERED_MACHINE)$/.test(callStatus)) return 'accepted'
  return /^(?:(?:REJECTED|UNDELIVERABLE)_[A-Z_]+|BAD_REQUEST)$/.test(callStatus) ? 'refused' : 'unclear'
}

function unknown(reason: string): Verdict<SendOutcome> {
  return { outcome: { outcome: 'unknown' }, reason, alarm: false }
}
