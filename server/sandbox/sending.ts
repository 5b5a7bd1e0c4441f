import type { z } from 'zod'
import { badRequest, refusal, throttled, type ApiError } from './api-error.js'
import { reportDelivered } from './delivery-reports.js'
import type { resendRequest, startEmailRequest, startRequest } from './bodies.js'
import { toAddress, type MessageChannel } from './inbox.js'
import { parseDuration, parseLimit } from './limits.js'
import { isFinished, type Pin } from './pin.js'
import { freshId, freshPin, freshUuid } from './random.js'
import { sendAnswer } from './send-answer.js'
import type { State } from './state.js'
import { isEmail, type Application } from './records.js'

type StartRequest = z.output<typeof startRequest> | z.output<typeof startEmailRequest>
type ResendRequest = z.output<typeof resendRequest>

/** How a send is to be made. */
interface SendTerms {
  channel: MessageChannel
  /** Whether Number Lookup is asked for. */
  lookup: boolean
  /** Whether the number turns out not to be reachable. */
  unreachable: boolean
}

/** Generates a PIN and delivers it. */
export function startAuthentication(state: State, request: StartRequest, terms: SendTerms): object {
  const { behaviour } = state
  const { application, template } = findParts(state, request, terms.channel)
  if (!application.enabled && behaviour.disabledApplication !== 'sends') {
    throw refusal(behaviour.disabledApplication)
  }
  const { to, valid } = readAddress(state, request.to, terms.channel)
  const placeholders = request.placeholders ?? {}
  const unreachable = terms.unreachable || !valid
  const pin: Pin = {
    applicationId: application.applicationId,
    to,
    value: freshPin(state.random, template.pinType, template.pinLength),
    template,
    placeholders,
    ...lifetime(state, application),
    attempts: application.configuration.pinAttempts,
    spent: 0,
    verified: false,
    row: {
      applicationId: application.applicationId,
      to,
      sent: !unreachable,
      sentAt: state.now(),
      verifiedAt: undefined,
    },
  }
  const text = render(state, pin, placeholders)
  countSend(state, application, to, unreachable)
  const pinId = freshId(state.random)
  if (behaviour.newPin === 'cancelsOlder') forgetPins(state, pin)
  state.pins.set(pinId, pin)
  state.history.set(pin.row, null)
  if (!unreachable) deliver(state, pin, pinId, text, terms.channel)
  const externalMessageId = track(state, request, to, unreachable)
  return sendAnswer(state, { ...terms, unreachable, pinId, to, externalMessageId })
}

/** Delivers a PIN once more, perhaps by another channel. */
export function resend(state: State, pinId: string, request: ResendRequest, terms: SendTerms): object {
  const { behaviour } = state
  const pin = state.pins.get(pinId)
  const application = pin && state.applications.get(pin.applicationId)
  if (!application) throw notFoundPin(state)
  if (behaviour.resendOfFinishedPin !== 'sends' && isFinished(pin, state.now())) {
    throw refusal(behaviour.resendOfFinishedPin)
  }
  const sameKind = pin.to.includes('@') === (terms.channel === 'email')
  if (!sameKind && behaviour.resendToOtherAddress !== 'accepted') {
    throw refusal(behaviour.resendToOtherAddress)
  }
  const text = render(state, pin, { ...pin.placeholders, ...request.placeholders })
  if (behaviour.resendCounts === 'counted') countSend(state, application, pin.to, terms.unreachable)
  if (behaviour.resendLifetime === 'restarted') pin.expiresAt = state.now() + pin.timeToLive
  if (behaviour.resendAttempts === 'reset') pin.spent = 0
  const newId = behaviour.resendPinId === 'new' ? freshId(state.random) : pinId
  state.pins.set(newId, pin)
  if (newId !== pinId && behaviour.olderPinId === 'notFound') state.pins.delete(pinId)
  if (!terms.unreachable) deliver(state, pin, newId, text, terms.channel)
  const spokenOfAsSms = terms.channel === 'voice' && behaviour.voiceResendAnswer === 'smsStatus'
  return sendAnswer(state, {
    ...terms,
    channel: spokenOfAsSms ? 'sms' : terms.channel,
    pinId: behaviour.resendPinId === 'missing' ? undefined : newId,
    to: pin.to,
    externalMessageId: track(state, request, pin.to, terms.unreachable),
  })
}

/** The 404 for a pinId that leads nowhere. */
export function notFoundPin(state: State): ApiError {
  return refusal(`404 ${state.behaviour.unknownPin}`)
}

/** Gives a message that is to be reported its id, and reports it once it is delivered. */
function track(state: State, request: StartRequest | ResendRequest, to: string, lost: boolean) {
  if (!('trackDelivery' in request) || request.trackDelivery !== true) return undefined
  const messageId = freshUuid(state.random)
  if (state.deliveryTarget && !lost) {
    void reportDelivered(state.deliveryTarget, { messageId, to, sentAt: state.now() })
  }
  return messageId
}

function findParts(state: State, request: StartRequest, channel: MessageChannel) {
  const application = state.applications.get(request.applicationId)
  const template = state.templates.get(request.messageId)
  const fits =
    template?.applicationId === request.applicationId && isEmail(template) === (channel === 'email')
  if (!application || !template || !fits) throw refusal(state.behaviour.unknownApplicationOrMessage)
  return { application, template }
}

function readAddress(state: State, to: string, channel: MessageChannel) {
  if (channel === 'email') return { to, valid: true }
  const { plusInTo, invalidNumber } = state.behaviour
  const digits = plusInTo === 'accepted' ? to.replace(/^\+/, '') : to
  const valid = /^[1-9]\d{4,14}$/.test(digits)
  if (!valid && invalidNumber === '400 BAD_REQUEST') {
    throw badRequest({ to: ['must be a valid phone number'] })
  }
  return { to: digits, valid }
}

function lifetime(state: State, application: Application) {
  const timeToLive = parseDuration(application.configuration.pinTimeToLive)!
  return { timeToLive, expiresAt: state.now() + timeToLive }
}

function countSend(state: State, application: Application, to: string, unreachable: boolean): void {
  const { behaviour, windows } = state
  const now = state.now()
  const { applicationId, configuration } = application
  const limits = [
    [`send ${applicationId}`, configuration.sendPinPerApplicationLimit],
    [`send ${applicationId} ${to}`, configuration.sendPinPerPhoneNumberLimit],
  ] as const
  for (const [key, limit] of limits) {
    const wait = windows.wait(key, parseLimit(limit)!, now, behaviour.limitWindow)
    if (wait > 0) throw throttled(behaviour, wait)
  }
  if (unreachable && behaviour.failedSendCounts === 'free') return
  for (const [key] of limits) windows.record(key, now)
}

function forgetPins(state: State, { applicationId, to }: Pin): void {
  for (const [pinId, pin] of state.pins) {
    if (pin.applicationId === applicationId && pin.to === to) state.pins.delete(pinId)
  }
}

function render(state: State, pin: Pin, placeholders: Readonly<Record<string, string>>): string {
  // What an email says is kept with Infobip's email templates, which the sandbox does not have.
  const text = isEmail(pin.template) ? 'Your PIN is {{pin}}.' : pin.template.messageText
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    if (name === 'pin') return pin.value
    if (Object.hasOwn(placeholders, name)) return placeholders[name]!
    if (state.behaviour.missingPlaceholder === 'kept') return whole
    throw badRequest({ [`placeholders.${name}`]: ['must not be null'] })
  })
}

function deliver(state: State, pin: Pin, pinId: string, text: string, channel: MessageChannel): void {
  const sentAt = new Date(state.now()).toISOString()
  const id = freshUuid(state.random)
  state.inbox.deliver({ id, to: toAddress(pin.to), channel, text, pin: pin.value, pinId, sentAt })
}
