import {
  UNKNOWN_PIN,
  NOT_FOUND,
  refused,
  verdict,
  nearlyExhausted,
  verifyLater,
  createTemplate,
  type Cases,
} from './cases.js'
import { wrong } from './client.js'

const BAD_REQUEST = [400, 'BAD_REQUEST']

/** How sends and resends behave. */
export const sendCases = {
  disabledApplication: {
    see: async (s) => {
      await s.configure({}, { enabled: false })
      const answer = await s.send()
      return answer.status === 200 ? 200 : refused(answer)
    },
    expected: {
      '400 BAD_REQUEST': BAD_REQUEST,
      '403 FORBIDDEN': [403, 'FORBIDDEN'],
      '404 NOT_FOUND': NOT_FOUND,
      sends: 200,
    },
  },
  unknownApplicationOrMessage: {
    see: async (s) => [
      refused(await s.send('41793026727', { applicationId: 'A' })),
      refused(await s.send('41793026727', { messageId: 'M' })),
    ],
    expected: {
      '404 NOT_FOUND': [NOT_FOUND, NOT_FOUND],
      '404 RESOURCE_NOT_FOUND': [
        [404, 'RESOURCE_NOT_FOUND'],
        [404, 'RESOURCE_NOT_FOUND'],
      ],
      '400 BAD_REQUEST': [BAD_REQUEST, BAD_REQUEST],
    },
  },
  plusInTo: {
    see: async (s) => (await s.send('+41793026727')).body.to,
    expected: { accepted: '41793026727', refused: undefined },
  },
  invalidNumber: {
    see: async (s) => {
      const { status, body } = await s.send('abc')
      return [status, body.smsStatus, s.messages().length]
    },
    expected: { '400 BAD_REQUEST': [400, undefined, 0], MESSAGE_NOT_SENT: [200, 'MESSAGE_NOT_SENT', 0] },
  },
  missingPlaceholder: {
    see: async (s) => {
      const { messageId } = (await createTemplate(s, { messageText: '{{name}}: {{pin}}' })).body
      const { status } = await s.send('41793026727', { messageId })
      return [status, s.messages()[0]?.text.split(':')[0]]
    },
    expected: { kept: [200, '{{name}}'], '400 BAD_REQUEST': [400, undefined] },
  },
  ncStatusWithLookup: {
    see: async (s) => [
      (await s.send()).body.ncStatus,
      (await s.send('41793026727', {}, '?ncNeeded=true')).body.ncStatus,
    ],
    expected: {
      NC_DESTINATION_REACHABLE: ['NC_DESTINATION_REACHABLE', 'NC_DESTINATION_REACHABLE'],
      NC_DESTINATION_UNKNOWN: ['NC_DESTINATION_UNKNOWN', 'NC_DESTINATION_UNKNOWN'],
      NC_NOT_CONFIGURED: ['NC_NOT_CONFIGURED', 'NC_NOT_CONFIGURED'],
    },
  },
  ncStatusWithoutLookup: {
    see: async (s) => (await s.send('41793026727', {}, '?ncNeeded=false')).body.ncStatus,
    expected: {
      absent: undefined,
      null: null,
      empty: '',
      NC_NOT_CONFIGURED: 'NC_NOT_CONFIGURED',
      NC_DESTINATION_UNKNOWN: 'NC_DESTINATION_UNKNOWN',
    },
  },
  notReachableNcStatus: {
    see: async (s) => {
      s.arm({ kind: 'not-sent', operation: 'send' })
      return (await s.send()).body.ncStatus
    },
    expected: {
      NC_DESTINATION_NOT_REACHABLE: 'NC_DESTINATION_NOT_REACHABLE',
      NC_NOT_REACHABLE: 'NC_NOT_REACHABLE',
    },
  },
  notReachablePinId: {
    see: async (s) => {
      s.arm({ kind: 'not-sent', operation: 'send' })
      return typeof (await s.send()).body.pinId
    },
    expected: { present: 'string', absent: 'undefined' },
  },
  failedSendCounts: {
    see: async (s) => {
      await s.configure({ sendPinPerPhoneNumberLimit: '1/d' })
      s.arm({ kind: 'not-sent', operation: 'send' })
      await s.send()
      return (await s.send()).status
    },
    expected: { counted: 429, free: 200 },
  },
  newPin: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      const older = s.pin()
      await s.send()
      return verdict(await s.verify(pinId, older))
    },
    expected: { keepsOlder: 'verified', cancelsOlder: NOT_FOUND },
  },
  resendCounts: {
    see: async (s) => {
      await s.configure({ sendPinPerPhoneNumberLimit: '1/d' })
      return (await s.resend((await s.send()).body.pinId)).status
    },
    expected: { counted: 429, free: 200 },
  },
  resendPinId: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      const { body } = await s.resend(pinId)
      const known = s.messages()[1]!.pinId
      return [body.pinId === pinId, 'pinId' in body, verdict(await s.verify(known, s.pin()))]
    },
    expected: {
      same: [true, true, 'verified'],
      new: [false, true, 'verified'],
      missing: [false, false, 'verified'],
    },
  },
  olderPinId: {
    see: async (s) => {
      s.behave({ resendPinId: 'new' })
      const { pinId } = (await s.send()).body
      await s.resend(pinId)
      return verdict(await s.verify(pinId, s.pin()))
    },
    expected: { works: 'verified', notFound: NOT_FOUND },
  },
  resendLifetime: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      s.pass(299_000)
      await s.resend(pinId)
      s.pass(1000)
      return verdict(await s.verify(pinId, s.pin()))
    },
    expected: { kept: 'TTL_EXPIRED', restarted: 'verified' },
  },
  resendAttempts: {
    see: async (s) => {
      const { pinId, pin } = await nearlyExhausted(s)
      await s.resend(pinId)
      return (await verifyLater(s, pinId, wrong(pin))).body.attemptsRemaining
    },
    expected: { kept: 0, reset: 4 },
  },
  resendOfFinishedPin: {
    see: async (s) => {
      const { pinId } = (await s.send()).body
      await s.verify(pinId, s.pin())
      const answer = await s.resend(pinId)
      return answer.status === 200 ? s.messages().length : refused(answer)
    },
    expected: { '404 NOT_FOUND': NOT_FOUND, '400 BAD_REQUEST': BAD_REQUEST, sends: 2 },
  },
  resendToOtherAddress: {
    see: async (s) => {
      const answer = await s.resend((await s.send()).body.pinId, '/email')
      return answer.status === 200 ? answer.body.emailStatus.name : refused(answer)
    },
    expected: { '400 BAD_REQUEST': BAD_REQUEST, accepted: 'PENDING_ACCEPTED' },
  },
  voiceResendAnswer: {
    see: async (s) => {
      const { body } = await s.resend((await s.send()).body.pinId, '/voice')
      return [body.callStatus, body.smsStatus, s.messages()[1]!.channel]
    },
    expected: {
      callStatus: ['PENDING_ACCEPTED', undefined, 'voice'],
      smsStatus: [undefined, 'MESSAGE_SENT', 'voice'],
    },
  },
  unknownPin: {
    see: async (s) => [refused(await s.verify(UNKNOWN_PIN, '1')), refused(await s.resend(UNKNOWN_PIN))],
    expected: {
      NOT_FOUND: [NOT_FOUND, NOT_FOUND],
      RESOURCE_NOT_FOUND: [
        [404, 'RESOURCE_NOT_FOUND'],
        [404, 'RESOURCE_NOT_FOUND'],
      ],
      SMS_NOT_FOUND: [
        [404, 'SMS_NOT_FOUND'],
        [404, 'SMS_NOT_FOUND'],
      ],
    },
  },
} satisfies Cases<
  | 'disabledApplication'
  | 'unknownApplicationOrMessage'
  | 'plusInTo'
  | 'invalidNumber'
  | 'missingPlaceholder'
  | 'ncStatusWithLookup'
  | 'ncStatusWithoutLookup'
  | 'notReachableNcStatus'
  | 'notReachablePinId'
  | 'failedSendCounts'
  | 'newPin'
  | 'resendCounts'
  | 'resendPinId'
  | 'olderPinId'
  | 'resendLifetime'
  | 'resendAttempts'
  | 'resendOfFinishedPin'
  | 'resendToOtherAddress'
  | 'voiceResendAnswer'
  | 'unknownPin'
>
