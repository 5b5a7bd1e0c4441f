import type { MessageChannel } from './inbox.js'
import type { State } from './state.js'

/** What the answer to a send needs. */
interface Sent {
  channel: MessageChannel
  lookup: boolean
  unreachable: boolean
  /** `undefined` where the switch says that it is left out. */
  pinId: string | undefined
  to: string
  /** The id under which it will be reported; `undefined` where no report was asked for. */
  externalMessageId: string | undefined
}

/** The body of a 200 to a send or a resend. */
export function sendAnswer(state: State, sent: Sent): object {
  const ids = { ...(sent.pinId === undefined ? {} : { pinId: sent.pinId }), to: sent.to }
  const { externalMessageId } = sent
  const tracking = externalMessageId === undefined ? {} : { externalMessageId }
  if (sent.channel === 'email') return { ...ids, emailStatus: PENDING }
  if (sent.channel === 'voice') return { ...ids, callStatus: PENDING.name, ...tracking }
  if (!sent.unreachable) {
    return { ...ids, ...ncStatus(state, sent.lookup), smsStatus: 'MESSAGE_SENT', ...tracking }
  }
  const { notReachableNcStatus, notReachablePinId } = state.behaviour
  const looked = sent.lookup ? { ncStatus: notReachableNcStatus } : ncStatus(state, false)
  const failure = { ...looked, smsStatus: 'MESSAGE_NOT_SENT' }
  return notReachablePinId === 'present' ? { ...ids, ...failure } : { to: sent.to, ...failure }
}

const PENDING = { name: 'PENDING_ACCEPTED', description: 'Message accepted, pending for delivery.' }

function ncStatus({ behaviour }: State, lookup: boolean): object {
  const status = lookup ? behaviour.ncStatusWithLookup : behaviour.ncStatusWithoutLookup
  if (status === 'absent') return {}
  if (status === 'null') return { ncStatus: null }
  return { ncStatus: status === 'empty' ? '' : status }
}
