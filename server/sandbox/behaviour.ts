import { z } from 'zod'

/**
 * Every point on which Infobip's documentation is silent or contradicts itself, as a switch.
 *
 * The first value of each is the default: what the best source suggests, and where there is none, what most services
 * of the kind do. A client that is right behaves well under all of them.
 */
export const SWITCHES = {
  errorEnvelope: {
    values: ['older', 'newer'],
    unknown:
      'Whether a failure comes as `requestError.serviceException` (`older`) or as `errorCode` (`newer`). ' +
      'A gateway in front of 2FA may answer in either.',
  },
  forbiddenMessageId: {
    values: ['FORBIDDEN', 'UNAUTHORIZED'],
    unknown: 'The messageId of a 403: other products of Infobip answer 403 with `UNAUTHORIZED`.',
  },
  contentType: {
    values: ['plain', 'charset', 'absentOnErrors'],
    unknown: 'Whether `Content-Type` carries a charset; one recorded 400 has no `Content-Type` at all.',
  },
  requestId: {
    values: ['absent', 'sent'],
    unknown: 'Whether answers carry `X-Request-Id`.',
  },
  trailingSlash: {
    values: ['accepted', 'refused'],
    unknown: 'Whether a path may end in `/`, as the official SDK writes two of them. Refused is a 404.',
  },
  undefinedInQuery: {
    values: ['accepted', 'refused'],
    unknown:
      'What becomes of `ncNeeded=undefined`, `verified=undefined`, `sent=undefined`, which the official SDK sends: ' +
      'taken for missing, or 400.',
  },
  throttleError: {
    values: ['TOO_MANY_REQUESTS', 'THROTTLE_EXCEPTION', 'E429'],
    unknown: 'How an exceeded limit is named. `E429` is the newer envelope, whatever `errorEnvelope` says.',
  },
  throttleStatus: {
    values: [429, 400, 403, 503],
    unknown: 'The HTTP status of an exceeded limit of an application.',
  },
  retryAfter: {
    values: ['absent', 'sent'],
    unknown: 'Whether an exceeded limit says `Retry-After` (whole seconds).',
  },
  limitWindow: {
    values: ['fixed', 'sliding'],
    unknown: "Whether a limit's window starts with its first request and then ends as a whole, or slides.",
  },
  limitSpelling: {
    values: ['exact', 'forgiving'],
    unknown: 'Whether durations and limits may hold spaces and capitals (`3 / 1D`).',
  },
  putApplication: {
    values: ['merges', 'replaces'],
    unknown: 'Whether PUT keeps the settings of an application that the body leaves out.',
  },
  pinPlaceholderInReads: {
    values: ['absent', 'sent'],
    unknown: 'Whether GET of a message template tells `pinPlaceholder`, as its creation does.',
  },
  pinLengthRange: {
    values: ['1-8', '1-32'],
    unknown: 'Which values of `pinLength` are accepted.',
  },
  defaultPinLength: {
    values: [4, 6],
    unknown: 'The `pinLength` of an SMS or voice template that names none.',
  },
  disabledApplication: {
    values: ['400 BAD_REQUEST', '403 FORBIDDEN', '404 NOT_FOUND', 'sends'],
    unknown: 'How a send answers when the application is not enabled.',
  },
  unknownApplicationOrMessage: {
    values: ['404 NOT_FOUND', '404 RESOURCE_NOT_FOUND', '400 BAD_REQUEST'],
    unknown: 'How a send answers when no such application or message template exists.',
  },
  plusInTo: {
    values: ['accepted', 'refused'],
    unknown: 'Whether `to` may start with `+`. Refused is a 400.',
  },
  invalidNumber: {
    values: ['400 BAD_REQUEST', 'MESSAGE_NOT_SENT'],
    unknown: 'How a send answers when `to` is no number at all.',
  },
  missingPlaceholder: {
    values: ['kept', '400 BAD_REQUEST'],
    unknown: 'What becomes of `{{name}}` in a template when a send names no such placeholder.',
  },
  ncStatusWithLookup: {
    values: ['NC_DESTINATION_REACHABLE', 'NC_DESTINATION_UNKNOWN', 'NC_NOT_CONFIGURED'],
    unknown: 'Not unknown, but up to the account: what Number Lookup finds out.',
  },
  ncStatusWithoutLookup: {
    values: ['absent', 'null', 'empty', 'NC_NOT_CONFIGURED', 'NC_DESTINATION_UNKNOWN'],
    unknown: 'The `ncStatus` of a send with `ncNeeded=false`.',
  },
  notReachableNcStatus: {
    values: ['NC_DESTINATION_NOT_REACHABLE', 'NC_NOT_REACHABLE'],
    unknown: 'How a number that a lookup cannot reach is spelled: the specification has both.',
  },
  notReachablePinId: {
    values: ['present', 'absent'],
    unknown: 'Whether MESSAGE_NOT_SENT still carries a pinId.',
  },
  failedSendCounts: {
    values: ['counted', 'free'],
    unknown: 'Whether a send that ends as MESSAGE_NOT_SENT counts towards the send limits.',
  },
  newPin: {
    values: ['keepsOlder', 'cancelsOlder'],
    unknown: 'Whether a new PIN for a number makes its older ones unknown.',
  },
  resendCounts: {
    values: ['counted', 'free'],
    unknown: 'Whether resends count towards the send limits.',
  },
  resendPinId: {
    values: ['same', 'new', 'missing'],
    unknown: 'The pinId in the answer to a resend: samples keep it or change it.',
  },
  olderPinId: {
    values: ['works', 'notFound'],
    unknown: 'Whether the older pinId still works after a resend that gave a new one.',
  },
  resendLifetime: {
    values: ['kept', 'restarted'],
    unknown: "Whether a resend restarts the PIN's time to live.",
  },
  resendAttempts: {
    values: ['kept', 'reset'],
    unknown: 'Whether a resend gives the attempts back.',
  },
  resendOfFinishedPin: {
    values: ['404 NOT_FOUND', '400 BAD_REQUEST', 'sends'],
    unknown: 'How a resend answers when the PIN is verified, expired or out of attempts.',
  },
  resendToOtherAddress: {
    values: ['400 BAD_REQUEST', 'accepted'],
    unknown: 'Whether a PIN sent to a phone can be resent by email, or the reverse: there is no `to`.',
  },
  voiceResendAnswer: {
    values: ['callStatus', 'smsStatus'],
    unknown: 'Which members answer a resend by voice: one sample has those of an SMS.',
  },
  unknownPin: {
    values: ['NOT_FOUND', 'RESOURCE_NOT_FOUND', 'SMS_NOT_FOUND'],
    unknown: 'The messageId of the 404 for an unknown pinId.',
  },
  verifyPinId: {
    values: ['same', 'absent', 'other'],
    unknown:
      'Whether the answer to a verify names the pinId that was asked for: samples of resends change it.',
  },
  throttledVerify: {
    values: ['free', 'spendsAttempt'],
    unknown: 'Whether a verify refused by `verifyPinLimit` costs an attempt.',
  },
  attemptsScope: {
    values: ['pin', 'number'],
    unknown: 'Whether `pinAttempts` is counted for each PIN, or over all living PINs of a number.',
  },
  lastAttempt: {
    values: ['WRONG_PIN', 'NO_MORE_PIN_ATTEMPTS'],
    unknown: 'The pinError of the wrong try that uses up the last attempt.',
  },
  exhaustedPin: {
    values: ['NO_MORE_PIN_ATTEMPTS', '404 NOT_FOUND'],
    unknown: 'How a verify answers once no attempts are left.',
  },
  expiredPin: {
    values: ['TTL_EXPIRED', '404 NOT_FOUND'],
    unknown: 'How a verify answers once the time to live is over.',
  },
  attemptsRemainingWhenExpired: {
    values: ['left', 'zero', 'absent'],
    unknown: 'The `attemptsRemaining` beside TTL_EXPIRED.',
  },
  pinErrorStatus: {
    values: [200, 400],
    unknown: 'The HTTP status of TTL_EXPIRED and NO_MORE_PIN_ATTEMPTS.',
  },
  secondVerify: {
    values: ['verified', 'WRONG_PIN', 'NO_MORE_PIN_ATTEMPTS', '404 NOT_FOUND'],
    unknown: 'How the right PIN answers a second time under `allowMultiplePinVerifications: true`.',
  },
  secondVerifyRefused: {
    values: ['NO_MORE_PIN_ATTEMPTS', 'WRONG_PIN', '404 NOT_FOUND', 'verified'],
    unknown: 'How the right PIN answers a second time under `allowMultiplePinVerifications: false`.',
  },
  pinCase: {
    values: ['sensitive', 'insensitive'],
    unknown: 'Whether capitals matter in ALPHA, HEX and ALPHANUMERIC PINs.',
  },
  pinSpaces: {
    values: ['significant', 'trimmed'],
    unknown: 'Whether spaces around a PIN are forgiven.',
  },
  verificationTimes: {
    values: ['millis', 'seconds'],
    unknown: 'The unit of `sentAt` and `verifiedAt`: the text says milliseconds, the samples are seconds.',
  },
  unverifiedAt: {
    values: ['absent', 'zero'],
    unknown: 'The `verifiedAt` of a number that was not verified.',
  },
  verificationOrder: {
    values: ['newestFirst', 'oldestFirst'],
    unknown: 'The order of the verification status rows.',
  },
} as const satisfies Record<string, { values: readonly (string | number)[]; unknown: string }>

/** The name of a switch. */
export type SwitchName = keyof typeof SWITCHES

/** One value for every switch; what they mean is in {@link SWITCHES} and in the documentation's table. */
export type Behaviour = { readonly [Name in SwitchName]: (typeof SWITCHES)[Name]['values'][number] }

const names = Object.keys(SWITCHES) as SwitchName[]

/** What a sandbox does unless told otherwise. */
export const DEFAULT_BEHAVIOUR = Object.fromEntries(
  names.map((name) => [name, SWITCHES[name].values[0]]),
) as unknown as Behaviour

/** Some switches; unknown names and values are refused, and the refusal lists what would have been accepted. */
export const behaviourSchema = z.strictObject(
  Object.fromEntries(names.map((name) => [name, z.literal(SWITCHES[name].values).optional()])),
) as unknown as z.ZodType<Partial<Behaviour>>
