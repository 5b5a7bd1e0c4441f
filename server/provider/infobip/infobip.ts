import type { CheckOutcome, Provider, ProviderCall, SendOutcome } from '../provider.js'
import { PIN_ID } from './answers.js'
import { circuitBreaker } from './breaker.js'
import { parseApiKey, parseBaseUrl } from './base-url.js'
import { readCheck } from './check-outcome.js'
import { type SendTerms, twoFactor } from './sdk.js'
import { destination } from './destination.js'
import type { Exchange } from './exchange.js'
import { readSend } from './send-outcome.js'
import { type MessageIds, templateFinder } from './templates.js'
import type { Limits } from './transport.js'
import type { Verdict } from './verdict.js'

/** How Infobip is set up for us. All of it comes from the operator. */
export interface InfobipSettings {
  /** `https://<yours>.api.infobip.com`, or a simulator on this machine. */
  baseUrl: string
  /** Needs the scope `2fa:pin:send` and no other. */
  apiKey: string
  /** The 2FA application. */
  applicationId: string
  /** Its message templates. */
  messageIds: MessageIds
  /** Templates of longer codes. */
  longMessageIds?: MessageIds | undefined
  /** Replaces the sender of the template. */
  sender?: string | undefined
  /**
   * The placeholder by which the templates name the host of the page, without braces; with `host`, their last line is
   * `@{{host}} #{{pin}}`, which binds a code to that page (Origin-bound one-time codes, WICG).
   */
  hostPlaceholder?: string | undefined
  /** The password with which Infobip posts delivery reports; if it is set, reports are requested. @default none */
  deliverySecret?: string | undefined
  /** Whether Infobip looks a number up, at a price of its own, before it sends a text message. */
  numberLookup: boolean
}

/** What the adapter takes from its surroundings. */
export interface InfobipDeps extends Limits {
  /** A clock that never goes back, in milliseconds. @default performance.now */
  now?: (() => number) | undefined
  /** Called after every call. What it throws is ignored. */
  onCall?: ((call: ProviderCall) => void) | undefined
}

/**
 * A provider that sends and checks codes through Infobip's 2FA API.
 *
 * @throws when a setting cannot work, or the process has certificate checks switched off; the message repeats
 * no setting.
 */
export function infobipProvider(settings: InfobipSettings, deps: InfobipDeps = {}): Provider {
  const { now = () => performance.now(), onCall } = deps
  const { applicationId, sender, hostPlaceholder, numberLookup } = settings
  const baseUrl = parseBaseUrl(settings.baseUrl, { allowLoopback: true })
  if ('mistake' in baseUrl) throw new Error(`Infobip base URL: ${baseUrl.mistake}`)
  const apiKey = parseApiKey(settings.apiKey)
  if (typeof apiKey !== 'string') throw new Error(`Infobip API key: ${apiKey.mistake}`)
  const { messageIds, longMessageIds = messageIds } = settings
  if (!applicationId || ![messageIds, longMessageIds].flatMap((ids) => Object.values(ids)).every(Boolean)) {
    throw new Error('Infobip: the application id or a message id is empty.')
  }
  // Checks have their own connections, so that delivered codes can be checked while sends stall.
  const [sending, checking] = [twoFactor(baseUrl, apiKey, deps), twoFactor(baseUrl, apiKey, deps)]
  const templateFor = templateFinder(messageIds)
  const longTemplateFor = templateFinder(longMessageIds)
  const [sends, checks] = [circuitBreaker(now), circuitBreaker(now)]

  /** What sends and resends have in common: the values of the templates' placeholders, and whether a report is wanted. */
  function terms(host: string | undefined): SendTerms {
    return {
      ...(hostPlaceholder !== undefined &&
        host !== undefined && { placeholders: { [hostPlaceholder]: host } }),
      ...(settings.deliverySecret !== undefined && { trackDelivery: true }),
    }
  }

  async function call<Outcome extends SendOutcome | CheckOutcome>(
    what: Pick<ProviderCall, 'operation' | 'channel'>,
    ask: () => Promise<Exchange | Error>,
    read: (exchange: Exchange) => Verdict<Outcome>,
  ): Promise<Outcome> {
    const startedAt = now()
    const exchange = await (what.operation === 'check' ? checks : sends)(async () => {
      const answer = await ask()
      // The SDK returns what it should throw. Its own checks cannot fail here, so the cause is unknown.
      return answer instanceof Error ? { failure: 'no_answer', reason: 'sdk_error' } : answer
    })
    const { outcome, reason, alarm } = read(exchange)
    const status = 'status' in exchange ? exchange.status : undefined
    try {
      // With `what` at its beginning each would be of a class of its own to Node 20, which costs more than to make and read it.
      onCall?.({ outcome: outcome.outcome, status, reason, milliseconds: now() - startedAt, alarm, ...what })
    } catch {
      // A log that fails must not turn a paid message into an error.
    }
    return outcome
  }

  return {
    send({ phoneNumber, channel, language, long, host }) {
      return call(
        { operation: 'send', channel },
        async () => {
          if (!/^\+[1-9][0-9]{5,14}$/.test(phoneNumber)) return notAsked('malformed_number')
          const to = destination(phoneNumber, channel)
          const body = {
            applicationId,
            messageId: (long ? longTemplateFor : templateFor)(language),
            to,
            from: sender,
            ...terms(host),
          }
          // Left out, the SDK would send `ncNeeded=undefined`.
          return channel === 'sms'
            ? sending.sendPINCodeSMS(body, numberLookup)
            : sending.sendPINCodeVoice(body)
        },
        (exchange) => readSend(exchange, numberLookup && channel === 'sms'),
      )
    },

    resend(reference, channel, host) {
      return call(
        { operation: 'resend', channel },
        async () => {
          if (!PIN_ID.test(reference)) return notAsked('malformed_reference')
          const pinId = encodeURIComponent(reference)
          const body = terms(host)
          return channel === 'sms'
            ? sending.resendPINCodeSMS(pinId, body)
            : sending.resendPINCodeVoice(pinId, body)
        },
        (exchange) => readSend(exchange, numberLookup && channel === 'sms', reference),
      )
    },

    check(reference, code) {
      return call(
        { operation: 'check' },
        async () => {
          if (!PIN_ID.test(reference)) return notAsked('malformed_reference')
          if (!/^[0-9]+$/.test(code)) return notAsked('malformed_code')
          return checking.verifyPhoneNumber(encodeURIComponent(reference), { pin: code })
        },
        (exchange) => readCheck(exchange, reference),
      )
    },
  }
}

function notAsked(reason: string): Exchange {
  return { failure: 'not_asked', reason }
}
